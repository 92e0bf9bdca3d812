/** Shapes shared by SVG and canvas, drawn in a box from -9 to 9: every verdict is a word, a shape, a pattern and a colour. */

export type Verdict = 'compliant' | 'violated' | 'not verified'
export type Mark = Verdict | 'split' | 'pending'

export const VERDICTS: readonly Verdict[] = ['violated', 'not verified', 'compliant']

/** Suffix of the tokens (`--v-compliant`, ...) and of the CSS classes that carry a verdict. */
export const TOKEN: Record<Verdict, string> = {
  compliant: 'compliant',
  violated: 'violated',
  'not verified': 'unverified',
}

export const BODY: Record<Mark, string> = {
  compliant: 'M8 0A8 8 0 1 1-8 0 8 8 0 1 1 8 0z',
  violated: 'M0-8 8 0 0 8-8 0z',
  'not verified': 'M-6.5-6.5h13v13h-13z',
  split: 'M0-8 8 0 0 8-8 0z',
  pending: 'M-7-4h14v8h-14z',
}

export const SIGN: Record<Mark, string> = {
  compliant: 'M-3.6.2-1.1 2.8 3.8-2.6',
  violated: 'M0-3.9v4.4M0 3v.6',
  'not verified': 'M-2-1.9a2 2 0 1 1 3 1.8c-.7.4-1 .8-1 1.6M0 3.6v.5',
  split: 'M0-8v16',
  pending: 'M-3 0h6',
}

/** Aircraft dart pointing north, ground square, eight-ray star for events. */
export const DART = 'M0-8 4.6 6.4 0 3.4-4.6 6.4z'
export const SQUARE = 'M-4.5-4.5h9v9h-9z'
export const STAR = 'M0-6v12M-6 0h12M-4.2-4.2l8.4 8.4M-4.2 4.2l8.4-8.4'
export const RADAR = 'M-5-5a8 8 0 0 0 10 10zM0 0l4-4M2-6a5 5 0 0 1 4 4M-3 4v3M-6 7h6'
export const EYE = 'M-7 0s2.6-4.2 7-4.2S7 0 7 0 4.4 4.2 0 4.2-7 0-7 0zM1.8 0A1.8 1.8 0 1 1-1.8 0 1.8 1.8 0 1 1 1.8 0z'
export const MAST = 'M0-1v8M-3 7h6M-3.5-1.5a4.5 4.5 0 0 1 0-5M3.5-1.5a4.5 4.5 0 0 0 0-5M1-4A1 1 0 1 1-1-4 1 1 0 1 1 1-4z'
export const PASS = 'M-2-2h4v4h-4zM-7-2h4v4h-4zM3-2h4v4h-4zM0 3v4'

/** Which sign a source carries on the map, after the technical means it reads. */
export function sourceSign(means: string): string {
  if (means.startsWith('asterix')) return RADAR
  if (means.startsWith('adsb') || means.startsWith('readsb')) return MAST
  if (means.startsWith('firms')) return PASS
  return EYE
}

export function isVerdict(value: unknown): value is Verdict {
  return value === 'compliant' || value === 'violated' || value === 'not verified'
}
