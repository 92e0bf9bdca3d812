/** Bytes as a person reads them: pairs of hex signs, cut where decoded fields begin and end. */

export interface Run {
  from: number
  hex: string
  /** Index of the field whose bytes these are, -1 for bytes that no field claims. */
  field: number
}

export interface Claim {
  offset: number
  length: number
}

/** Spaces between the bytes of a hex text. */
export function spaced(hex: string): string {
  return hex.replace(/..(?=.)/g, '$& ')
}

/**
 * Cuts shown bytes into runs by the fields that claim them; where fields overlap (a subfield in its item) the narrower one
 * wins. `from` is the offset in the body of the first byte shown.
 */
export function runs(hex: string, from: number, fields: readonly Claim[]): Run[] {
  const count = hex.length / 2
  const owner = new Array<number>(count).fill(-1)
  const wide = fields.map((field, i) => ({ ...field, i })).sort((a, b) => b.length - a.length || a.i - b.i)
  for (const field of wide) {
    const start = Math.max(0, field.offset - from)
    const end = Math.min(count, field.offset - from + field.length)
    for (let i = start; i < end; i++) owner[i] = field.i
  }
  const found: Run[] = []
  for (let i = 0; i < count; i++) {
    const last = found.at(-1)
    const pair = hex.slice(2 * i, 2 * i + 2)
    if (last && last.field === owner[i]) last.hex += pair
    else found.push({ from: from + i, hex: pair, field: owner[i] ?? -1 })
  }
  return found
}
