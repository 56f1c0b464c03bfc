// Rows of markdown tables. Pure: what stands in the cells is escaped already.

export function markdownRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
