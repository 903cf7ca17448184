import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// Exactly four files with fixed names come out: the server has one operation for each, and knows no folder to look in.
export default defineConfig({
  plugins: [svelte()],
  resolve: { alias: { '@regard/client': fileURLToPath(new URL('../sdk/typescript/src/index.ts', import.meta.url)) } },
  build: {
    target: 'es2022',
    cssTarget: 'chrome123', // light-dark() stays as it is written
    cssCodeSplit: false,
    assetsInlineLimit: 0, // the content security policy allows no data: addresses
    modulePreload: false,
    reportCompressedSize: false,
    rollupOptions: {
      output: { inlineDynamicImports: true, entryFileNames: 'page.js', assetFileNames: 'page.[ext]' },
    },
  },
});
