// What a terminal shows after the bytes that were written to it: the few controls that a prompt needs, nothing else.

/** Lines without trailing blanks, up to the last one that is not empty; the cursor is ignored. */
export function readScreen(written: string, columns: number): string[] {
  const rows: string[][] = [[]];
  let [row, column] = [0, 0];
  const put = (char: string) => {
    if (column === columns) [row, column] = [row + 1, 0];
    while (rows.length <= row) rows.push([]);
    const cells = rows[row] ?? [];
    while (cells.length < column) cells.push(" ");
    cells[column++] = char;
  };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is read here.
  for (const [token, count, letter] of written.matchAll(/\u001b\[\??(\d*)([A-Za-z])|[\s\S]/gu)) {
    const by = Number(count || 1);
    if (letter === undefined) {
      if (token === "\r") column = 0;
      else if (token === "\n") row += 1;
      else put(token);
    } else if (letter === "A") row = Math.max(0, row - by);
    else if (letter === "B") row += by;
    else if (letter === "C") column += by;
    else if (letter === "D") column = Math.max(0, column - by);
    else if (letter === "G") column = by - 1;
    else if (letter === "J" || letter === "K") {
      rows[row]?.splice(column);
      if (letter === "J") rows.splice(row + 1);
    }
  }
  const lines = Array.from(rows, (cells) => (cells ?? []).join("").trimEnd());
  return lines.slice(0, lines.findLastIndex((line) => line !== "") + 1);
}
