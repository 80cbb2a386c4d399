import { cpus } from 'node:os';

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

/** `2026-11-22, Node.js v24.21.0, AMD EPYC, 2 cores` */
export function whereAndWhen(): string {
  const [first] = cpus();
  return `${new Date().toISOString().slice(0, 10)}, Node.js ${process.version}, ${first!.model.trim()}, ${cpus().length} cores`;
}

export function median(numbers: readonly number[]): number {
  return percentile(numbers, 0.5);
}

export function percentile(numbers: readonly number[], part: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * part)]!;
}
