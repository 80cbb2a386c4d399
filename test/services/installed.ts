import { existsSync } from 'node:fs';

/** A suite that needs a program of the machine; where that is missing, its tests are pending and say what to install. */
export function describeWith(program: string, debianPackage: string, title: string, suite: () => void): void {
  if (existsSync(program)) describe(title, suite);
  else describe.skip(`${title} (not installed: Debian package ${debianPackage})`, suite);
}
