import { visible } from '../visible-text.ts'

/** Rows of texts as columns of equal width, two blanks apart; control characters are spelled out. */
export function tableLines(rows: readonly (readonly string[])[]): readonly string[] {
  const shown = rows.map((row) => row.map(visible))
  const count = Math.max(0, ...shown.map((row) => row.length))
  const widths = Array.from({ length: count }, (_, index) => Math.max(...shown.map((row) => row[index]?.length ?? 0)))
  return shown.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** The same as a table of Markdown (GitHub's); the first row is its head. */
export function markdownLines([head = [], ...rows]: readonly (readonly string[])[]): readonly string[] {
  return [markdownLine(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(markdownLine)]
}

function markdownLine(cells: readonly string[]): string {
  return `| ${cells.map((cell) => visible(cell).replace(/[\\|<>*_`[\]]/g, '\\$&')).join(' | ')} |`
}

/**
 * The same as comma-separated values (RFC 4180, with line feeds). A cell that a spreadsheet would take for a formula gets an apostrophe
 * before it (OWASP, "CSV Injection").
 */
export function csvLines(rows: readonly (readonly string[])[]): readonly string[] {
  return rows.map((row) =>
    row
      .map((cell) => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell))
      .map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
      .join(','),
  )
}
