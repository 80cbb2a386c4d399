import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PLACE, Workshop } from '../package/workshop';

/** The checks of node-red-dev 0.1.6, which the flow library runs; P02 is switched off there. */
const CHECKS = ['P01', 'P03', 'P04', 'P05', 'P06', 'P07', 'P08', 'N01', 'N02', 'D01', 'D02', 'D03'];
const PALETTE = ['ttn-uplink', 'lpp-decode', 'microshare-share'];

describe("the flow library's scorecard", () => {
  const workshop = new Workshop();
  after(() => workshop.clear());

  it('has no failed and no warned check, and has seen our nodes', async () => {
    const { tarball } = await workshop.pack();
    const userDir = await workshop.install(tarball, 'scorecard');
    const output = join(workshop.folder('output'), 'score.json');
    await workshop.npx(['node-red-dev@0.1.6', 'validate', '-p', join(userDir, PLACE), '-o', output], {
      NODE_OPTIONS: `--require "${join(__dirname, 'answers.cjs')}"`,
    });
    const card = JSON.parse(readFileSync(output, 'utf8')) as Record<
      string,
      { test: boolean; nodes?: string[] }
    >;
    assert.deepEqual(
      CHECKS.filter((check) => card[check]?.test !== true),
      [],
      JSON.stringify(card, null, 2),
    );
    assert.deepEqual([...(card.N02?.nodes ?? [])].sort(), [...PALETTE].sort());
  });
});
