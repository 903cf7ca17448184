// The page in a real browser, on the real server, with cameras of people who do not exist.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { afterFailure, check, finish, must } from './checks.mjs';
import { Server, root, webcamOf } from './server.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pictures = join(root, 'build/ui/screenshots');
mkdirSync(pictures, { recursive: true });
const password = 'several words are easy';
const sizes = [[390, 844], [1280, 800], [1920, 1080]];

const server = new Server();
await server.start();
const { film } = webcamOf(server.folder, 1);
const browser = await chromium.launch({
  executablePath: process.env.REGARD_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film}`],
});
const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', reducedMotion: 'reduce' });
context.setDefaultTimeout(20_000);
const page = await context.newPage();
afterFailure.do = (name) => page.screenshot({ path: join(pictures, `failed-${name.slice(0, 40).replace(/\W+/g, '-')}.png`) });
const outside = new Set();
const complaints = [];
const origin = new URL(server.url).host;
page.on('request', (request) => {
  const url = new URL(request.url());
  if (url.protocol.startsWith('http') && url.host !== origin) outside.add(request.url());
});
page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
page.on('pageerror', (failure) => complaints.push(String(failure)));

const go = async (hash, on = page) => {
  await on.goto(server.url + hash);
  await on.getByRole('heading', { level: 1 }).waitFor();
};
const button = (name, within = page) => within.getByRole('button', { name, exact: true });
const heading = (name) => page.getByRole('heading', { name });

/** No rule of WCAG 2.2 A and AA may be broken, in light and dark. */
async function accessible(name) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await page.evaluate(async (source) => {
      if (!window.axe) (0, eval)(source);
      return window.axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
    }, axe);
    const words = violations.map((one) => `${one.id}: ${one.help}\n  ${one.nodes.map((node) => node.html + '\n  ' + node.failureSummary).join('\n  ')}`);
    must(!violations.length, `${name}, ${colorScheme}:\n${words.join('\n')}`);
  }
}
async function photograph(name) {
  for (const [width, height] of sizes) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(pictures, `${name}-${width}-${colorScheme}.png`) });
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    must(wide <= 0, `${name} is ${wide} px too wide at ${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
}
const seen = async (name) => {
  await accessible(name);
  await photograph(name);
};

await check('the first start by the one-time link makes an administrator', async () => {
  await go('');
  await seen('login');
  await page.goto('about:blank');
  await page.goto(server.setupLink);
  await heading('Welcome to Regard').waitFor();
  await seen('first-start');
  await page.getByLabel('Name').fill('ada');
  await page.getByLabel('Password').fill(password);
  await button('Begin').click();
  await heading('Live').waitFor();
  must(!page.url().includes('setup='), 'the token stays in the address');
  await seen('live-empty');
});

await check('a session ends with log out and begins with a login', async () => {
  await button('Log out').click();
  await heading('Log in').waitFor();
  await page.getByLabel('Name').fill('ada');
  await page.getByLabel('Password').fill('not the right one');
  await button('Log in').click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Password').fill(password);
  await button('Log in').click();
  await heading('Live').waitFor();
});

async function addCamera(name, address, gallery) {
  await go('#/live');
  await button('Add a camera').first().click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Address').fill(address);
  if (gallery) {
    await page.getByLabel('Recognition').selectOption(gallery);
    await page.getByLabel('Zone').selectOption('door');
  } else {
    await seen('add-camera');
  }
  await button('Add', page.getByRole('dialog')).click();
  await heading(name).waitFor();
}
await check('a camera that is added shows blurred pictures', async () => {
  await addCamera('lobby', 'cast:lobby?people=3&seed=1&size=640x360');
  await page.getByAltText('Live picture of camera lobby, everybody blurred').waitFor();
  await page.locator('.state.good').waitFor();
});

await check('a gallery is made for a purpose and a zone', async () => {
  await go('#/settings/galleries');
  await button('Make a gallery').click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('staff');
  await page.getByLabel('Zones').fill('door');
  await button('Make', page.getByRole('dialog')).click();
  await page.getByText('0 of at most').waitFor();
});

let person = '';
await check('a person signs a consent on the screen and gets a receipt', async () => {
  await go('#/people');
  await seen('people-empty');
  await button('Add a person').click();
  await page.getByLabel('Name').fill('Ada Example');
  await button('Add', page.getByRole('dialog')).click();
  await heading('Ada Example').waitFor();
  person = new URL(page.url()).hash;
  must((await page.getByText('Without a consent none can be').count()) === 1, 'enrolling is offered without consent');
  await button('Record a consent').click();
  must((await page.getByLabel('Who decides').inputValue()).startsWith('Example Museum'), 'the notice does not fill in who decides');
  const canvas = page.getByLabel('Sign here');
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  await page.mouse.move(box.x + 40, box.y + 90);
  await page.mouse.down();
  for (let i = 0; i < 30; i++) await page.mouse.move(box.x + 40 + 9 * i, box.y + 90 + 45 * Math.sin(i / 2));
  await page.mouse.up();
  await seen('consent');
  must(await button('Record and sign the receipt').isEnabled(), 'a drawing is no signature');
  await page.getByLabel('read this or had it read').check();
  await button('Record and sign the receipt').click();
  await heading('You agreed to be recognised').waitFor();
  await page.getByAltText('Signature of Ada Example').waitFor();
  await page.getByText('drawn signature, SHA-256').waitFor();
  await seen('receipt');
  const [file] = await Promise.all([page.waitForEvent('download'), button('Signed file').click()]);
  must(/^receipt-.*\.jws$/.test(file.suggestedFilename()), file.suggestedFilename());
});

await check('a face is enrolled from the webcam', async () => {
  await go(person);
  await button('Enrol').click();
  await page.getByText('Light and sharpness are good').waitFor();
  await button('Take a picture').click();
  await button('Take a picture').click();
  await page.getByAltText('Picture 2').waitFor();
  await seen('enrol');
  await button('Enrol from 2 pictures').click();
  await page.getByText(/Enrolled in staff/).waitFor({ timeout: 60_000 });
  await page.getByText('2 templates in staff.').waitFor();
  await page.locator('.said').evaluate((said) => (said.textContent = ''));
  await seen('person');
});

await check('whoever agreed is named at the door', async () => {
  await addCamera('entrance', 'cast:door?people=5&seed=7', 'staff');
  await page.locator('.named').getByText('Ada Example').first().waitFor({ timeout: 90_000 });
  await seen('camera');
  await go('#/live');
  await page.getByAltText('Live picture of camera entrance, everybody blurred').waitFor();
  await page.getByAltText('Live picture of camera lobby, everybody blurred').waitFor();
  await seen('live');
});

await check('a camera is revealed with a reason, for a minute, on the record', async () => {
  await go('#/live/entrance');
  await button('Reveal').click();
  await page.getByLabel('Reason').fill('somebody fell at the door');
  await seen('reveal');
  await button('Reveal', page.getByRole('dialog')).click();
  await page.getByAltText('Unblurred picture of camera entrance').waitFor();
  await page.getByRole('dialog').getByRole('heading', { name: /Unblurred for \d+ s/ }).waitFor();
  await page.getByRole('dialog').getByRole('link', { name: /log entry/ }).waitFor();
  await button('Blur again').click();
});

await check('a watchlist waits for two others to approve', async () => {
  await go('#/watchlists');
  await page.getByText('Nobody is looked for here.').waitFor();
  await button('Propose a watchlist').click();
  await page.getByLabel('Name of its gallery').fill('wanted');
  await page.getByLabel('The basis in writing').fill('order 17 of the district court');
  await page.getByLabel('Order or assessment').setInputFiles({ name: 'order.pdf', mimeType: 'application/pdf', buffer: Buffer.from('order 17') });
  await page.getByLabel('Zones').fill('door');
  await button('Propose a watchlist', page.getByRole('dialog')).click();
  await page.getByText('0 of 2 approvals').waitFor();
  await seen('watchlists');
});

await check('events are filtered, walked through with keys, and have addresses of their own', async () => {
  await go('#/events');
  await page.locator('.timeline a').first().waitFor();
  await page.getByLabel('What').selectOption('identified');
  const first = page.locator('.timeline a').first();
  must((await first.innerText()).includes('This is Ada Example'), await first.innerText());
  must(page.url().includes('type=identified'), 'the filter is not in the address');
  await first.click();
  await page.getByRole('complementary').getByText('Permit').waitFor();
  const address = page.url();
  await page.getByLabel('What').selectOption('');
  const focused = page.locator('.timeline a').nth(1);
  await focused.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  must((await page.locator('.timeline a[aria-current]').count()) === 1, 'the arrow chose nothing');
  await page.keyboard.press('Escape');
  must((await page.locator('.timeline a[aria-current]').count()) === 0, 'Escape left it open');
  await page.goto('about:blank');
  await page.goto(address);
  await page.getByRole('complementary').getByText('This is Ada Example').waitFor();
  await seen('events');
});

await check('the log is verified in the browser, and an entry has its proof', async () => {
  await go('#/log');
  await button('Verify in this browser').click();
  await page.getByText(/Whole: \d/).waitFor();
  await seen('log');
  await page.locator('tbody a').first().click();
  await heading(/^Entry \d+$/).waitFor();
  await page.getByText('As it stands in the log').waitFor();
  await seen('log-entry');
  const [file] = await Promise.all([page.waitForEvent('download'), button('Download the proof').click()]);
  const proof = JSON.parse(readFileSync(await file.path(), 'utf8'));
  must(proof.entry && proof.path && proof.head.signature, 'that is no proof');
});

await check('a log that was changed is told from a whole one', async () => {
  await page.route('**/v1/log/entries?*', async (answer) => {
    const real = await answer.fetch();
    await answer.fulfill({ response: real, body: (await real.text()).replace('"kind":"started"', '"kind":"stopped"') });
  });
  await go('#/settings');
  await go('#/log');
  await button('Verify in this browser').click();
  await page.getByText('Not whole').waitFor();
  await page.unroute('**/v1/log/entries?*');
});

await check('settings keep users and keys', async () => {
  await go('#/settings/me');
  await seen('settings-me');
  await go('#/settings/cameras');
  await page.locator('.rows').getByText('lobby', { exact: true }).first().waitFor();
  await seen('settings-cameras');
  await go('#/settings/galleries');
  await page.getByText('1 of at most').waitFor();
  await seen('settings-galleries');
  await go('#/settings/users');
  await button('Add a user').click();
  await page.getByLabel('Name').fill('uma');
  await page.getByLabel('Password').fill(password);
  await seen('add-user');
  await button('Save').click();
  await page.locator('.rows').getByText('uma', { exact: true }).first().waitFor();
  await seen('settings-users');
  await go('#/settings/keys');
  await button('Make a key').click();
  await page.getByLabel('What for').fill('display in the lobby');
  await page.getByLabel('see events').check();
  await button('Make', page.getByRole('dialog')).click();
  await page.getByText(/^regard_/).waitFor();
  await button('I have kept it').click();
  await seen('settings-keys');
  await go('#/settings/models');
  await page.getByText('Finding').first().waitFor();
  await seen('settings-networks');
});

await check('places that are not filled yet say so', async () => {
  for (const place of ['alerts', 'analytics', 'doors', 'logins']) {
    await go('#/' + place);
    await page.getByText('not there yet').waitFor();
    await seen(place);
  }
});

await check('consent is withdrawn, and the person erased with a certificate', async () => {
  await go(person);
  await button('Withdraw').click();
  await seen('withdraw');
  await button('Withdraw', page.getByRole('dialog')).click();
  await page.getByText('No face is held. Without a consent none can be.').waitFor();
  await button('Erase').click();
  must(await button('Erase', page.getByRole('dialog')).isDisabled(), 'erasing needs no second thought');
  await page.getByLabel(/to confirm/).fill('Ada Example');
  await seen('erase');
  await button('Erase', page.getByRole('dialog')).click();
  await heading('Erased').waitFor();
  await seen('erased');
  const [file] = await Promise.all([page.waitForEvent('download'), button('Download the certificate').click()]);
  must(/^erased-person_.*\.jws$/.test(file.suggestedFilename()), file.suggestedFilename());
  await go('#/people');
  await page.getByText('Nobody is known yet').waitFor();
});

await check('French, dark and a phone work; the choice is remembered', async () => {
  await go('#/settings/me');
  await page.getByRole('radio', { name: 'Français' }).check();
  await heading('Réglages').waitFor();
  await page.getByRole('radio', { name: 'Sombre' }).check();
  await page.reload();
  await heading('Réglages').waitFor();
  const ground = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  must(ground === 'rgb(16, 20, 23)', `${ground} is not dark`);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('button', { name: 'Plus' }).click();
  await page.getByRole('dialog').getByText('Avis public').waitFor();
  await page.screenshot({ path: join(pictures, 'places-390-dark.png') });
  await page.keyboard.press('Escape');
  for (const place of ['live', 'events', 'people', 'log', 'settings/users', 'notice', 'doors']) {
    await go('#/' + place);
    await page.waitForLoadState();
    await page.screenshot({ path: join(pictures, `fr-${place.replace('/', '-')}-390-dark.png`) });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    must(wide <= 0, `${place} in French is ${wide} px too wide`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await go('#/settings/me');
  await page.getByRole('radio', { name: 'English' }).check();
  await page.getByRole('radio', { name: 'As the system' }).check();
});

await check('people in front of the cameras read the notice without a login', async () => {
  await go('#/live');
  await button('Log out').click();
  await heading('Log in').waitFor();
  await page.getByRole('link', { name: /In front of a camera/ }).click();
  await heading('Cameras in use: Example Museum, main entrance').waitFor();
  await page.getByRole('img', { name: /QR code/ }).waitFor();
  await page.getByText('Example Museum, 1 Example Street').waitFor();
  must((await page.getByText('cast:').count()) === 0, 'addresses of cameras are public');
  await seen('notice');
});

await check('the script is small, the first paint quick, and nobody else is asked', async () => {
  const script = await (await fetch(server.url + 'page.js')).arrayBuffer();
  const compressed = gzipSync(Buffer.from(script)).length;
  must(compressed < 300_000, `${compressed} bytes of script`);
  const fresh = await (await browser.newContext()).newPage();
  await fresh.goto(server.url);
  await fresh.getByRole('heading', { level: 1 }).waitFor();
  const paint = await fresh.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime);
  must(paint < 1000, `first paint after ${paint} ms`);
  console.log(`        ${(compressed / 1000).toFixed(1)} kB of script compressed, first paint after ${Math.round(paint)} ms`);
  must(!outside.size, `asked elsewhere: ${[...outside].join(' ')}`);
  const refused = complaints.filter((words) => !/status of (401|400|404)/.test(words));
  must(!refused.length, `the browser complains: ${refused.join('\n')}`);
});

await browser.close();
await check('the server ends cleanly', async () => must((await server.stop()) === 0, server.said));
finish();
