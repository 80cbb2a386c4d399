import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';
const CATALOGUE = 'https://catalogue.nodered.org/';

export const hasChromium = existsSync(EXECUTABLE);
export const NO_CHROMIUM = `There is no ${EXECUTABLE}: install Debian's package chromium, or name another one in CHROMIUM.`;

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox', '--disable-gpu'] });
}

export interface WatchedPage {
  page: Page;
  /** Errors of the page and its console, and requests that left this machine. */
  problems: string[];
}

/** A page that notes whatever goes wrong. Node-RED's catalogue of the world's nodes is an empty one here. */
export async function watchedPage(browser: Browser, viewport: Viewport): Promise<WatchedPage> {
  const page = await browser.newPage({ viewport });
  page.setDefaultTimeout(20_000);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`${message.text()} (${message.location().url})`);
  });
  await page.route(
    ({ hostname }) => hostname !== '127.0.0.1',
    (route) => {
      const url = route.request().url();
      if (url.startsWith(CATALOGUE)) return route.fulfill({ json: { modules: [] } });
      problems.push(`Request to ${url}`);
      return route.abort();
    },
  );
  return { page, problems };
}

export interface Viewport {
  width: number;
  height: number;
}
