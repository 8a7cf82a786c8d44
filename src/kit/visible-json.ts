// JSON in which nothing hides.

/** JSON itself writes the first 32 controls and lone surrogates so. */
const hiddenInJson = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** JSON of this very value, in which what nobody sees is written as JSON's own escapes. */
export function showJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(hiddenInJson, (char) =>
    char.split("").map(escapeUnit).join(""),
  );
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
