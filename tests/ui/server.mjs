// The real program for a test: its own data folder and configuration, a free port, ended when the test is over.
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const root = new URL('../..', import.meta.url).pathname;
export const program = process.env.REGARD_PROGRAM ?? join(root, 'build/release/regard');

export class Server {
  folder = mkdtempSync(join(tmpdir(), 'regard-ui-'));
  url = '';
  setupLink = '';
  #process;
  #said = '';

  async start() {
    const file = join(this.folder, 'regard.toml');
    writeFileSync(
      file,
      `listen = "127.0.0.1:0"
data = "${this.folder}/data"
models = "${process.env.REGARD_MODELS ?? join(root, 'build/models')}"
[notice]
controller = "Example Museum, 1 Example Street"
contact = "privacy@museum.example"
policy = "https://museum.example/privacy"
site = "Example Museum, main entrance"
`,
    );
    this.#process = spawn(program, ['serve', '--config', file], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream.on('data', (bytes) => (this.#said += bytes));
    const match = await this.#says(/open (\S+#setup=\S+) once/);
    this.setupLink = match[1];
    this.url = this.setupLink.split('#')[0];
  }
  async #says(pattern) {
    for (let wait = 0; wait < 300; wait++) {
      const match = pattern.exec(this.#said);
      if (match) return match;
      if (this.#process.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`the server does not say ${pattern}: ${this.#said}`);
  }
  get said() {
    return this.#said;
  }
  async stop() {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    if (this.#process.exitCode === null) {
      this.#process.kill('SIGINT');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
    return this.#process.exitCode;
  }
}

/** A person who does not exist, as what a webcam sees: the file that Chromium plays instead. */
export function webcamOf(folder, first) {
  const picture = join(folder, `person-${first}.png`);
  const film = join(folder, `person-${first}.mjpeg`);
  execFileSync(program, ['cast', 'render', `portrait?seed=7&size=640x480&first=${first}`, picture]);
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-loop', '1', '-i', picture, '-t', '2', '-r', '10', '-q:v', '2', '-pix_fmt', 'yuvj420p', '-f', 'mjpeg', film]);
  return { picture, film };
}
