/** Figures as text, and the one table of likelihood words. */

/** Detection with two decimals and a decimal point in every language; a dash when unknown. */
export function detection(value: number | null | undefined): string {
  return value === null || value === undefined || Number.isNaN(value) ? '–' : value.toFixed(2)
}

/** A likelihood ratio with two leading digits: `38`, `0.12`, `1 200`. */
export function ratio(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '0'
  if (value >= 100) return group(Number(value.toPrecision(2)))
  return value >= 10 ? value.toFixed(0) : String(Number(value.toPrecision(2)))
}

/** Whole numbers in groups of three, narrow no-break space between (the same in every language). */
export function group(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f')
}

/** Per cent as people of a language write it. */
export function percent(value: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: value > 0 && value < 0.1 ? 1 : 0 }).format(value)
}

/** A probability for people: never certain, never impossible. */
export function chance(value: number, locale: string): string {
  if (value >= 0.9995) return `>${exact(0.999, locale)}`
  if (value > 0 && value < 0.001) return `<${exact(0.001, locale)}`
  return value > 0.985 || value < 0.015 ? exact(value, locale) : percent(value, locale)
}

function exact(value: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(value)
}

/** Degrees of arc with four decimals, as on a chart. */
export function degrees(lat: number, lon: number): string {
  return `${Math.abs(lat).toFixed(4)} ${lat < 0 ? 'S' : 'N'} ${Math.abs(lon).toFixed(4)} ${lon < 0 ? 'W' : 'E'}`
}

/** The first signs of an id, for people. */
export function short(id: string, signs = 8): string {
  return id.length > signs ? id.slice(0, signs) : id
}

/** A hash with its middle left out. */
export function clipped(hash: string): string {
  return hash.length > 10 ? `${hash.slice(0, 4)}…${hash.slice(-4)}` : hash
}

/** Key of the likelihood word for a probability; one table for the whole desk. */
export function likelihood(probability: number): LikelihoodWord {
  if (probability < 0.05) return 'likely.1'
  if (probability < 0.2) return 'likely.2'
  if (probability < 0.45) return 'likely.3'
  if (probability < 0.55) return 'likely.4'
  if (probability < 0.8) return 'likely.5'
  return probability <= 0.95 ? 'likely.6' : 'likely.7'
}
export type LikelihoodWord = `likely.${1 | 2 | 3 | 4 | 5 | 6 | 7}`

/** Key of the word for "would it have been seen?". */
export function seeing(probability: number): SeeingWord {
  if (probability < 0.3) return 'seeing.1'
  if (probability < 0.6) return 'seeing.2'
  return probability <= 0.9 ? 'seeing.3' : 'seeing.4'
}
export type SeeingWord = `seeing.${1 | 2 | 3 | 4}`

/** Place of a probability on a log-odds axis from 1 to 99 per cent, 0 to 1, held at the ends. */
export function logOdds(probability: number): number {
  const held = Math.min(0.99, Math.max(0.01, probability))
  const end = Math.log(99)
  return (Math.log(held / (1 - held)) + end) / (2 * end)
}
