/** Instants and stretches of time as text. Ids, times and figures are spelt the same in every language: UTC with Z. */

const pad = (value: number): string => String(value).padStart(2, '0')

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** `2020-11-20T03:10:00Z`, seconds cut. */
export function iso(ms: number): string {
  return `${new Date(Math.floor(ms / SECOND) * SECOND).toISOString().slice(0, 19)}Z`
}

/** Milliseconds of an ISO 8601 instant in UTC, with optional parts from the hour on; null when it is none. */
export function instant(text: string): number | null {
  const found = /^(\d{4}-\d\d-\d\d)T(\d\d)(?::?(\d\d)(?::?(\d\d)(?:\.\d{1,9})?)?)?Z$/.exec(text.trim())
  if (!found) return null
  const [, day, hour, minute = '00', second = '00'] = found
  const ms = Date.parse(`${day}T${hour}:${minute}:${second}Z`)
  return Number.isFinite(ms) && iso(ms).startsWith(`${day}T${hour}`) ? ms : null
}

/** `03:10:00`, or without seconds. */
export function clock(ms: number, seconds = true): string {
  const at = new Date(ms)
  const text = `${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}`
  return seconds ? `${text}:${pad(at.getUTCSeconds())}` : text
}

/** Clock time in the agreement's zone, with the zone's distance from UTC. */
export function zoned(ms: number, zone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' }).format(ms)
}

/** Weekday and date for people, in their language. */
export function longDate(ms: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { timeZone: 'UTC', weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' })
    .format(ms)
    .replace(/,/g, '')
}

/** Date and clock of an instant when it lies on another UTC day than `near`, else the clock alone. */
export function near(ms: number, near_ms: number): string {
  const day = iso(ms).slice(0, 10)
  return day === iso(near_ms).slice(0, 10) ? clock(ms) : `${day.slice(5)} ${clock(ms, false)}`
}

/** A period in hours and minutes, with days where it begins and ends on two: `08:00–09:00Z`, `11-19 21:00–11-20 21:00Z`. */
export function period(start: number, end: number): string {
  const [from, to] = [iso(start), iso(end)]
  const days = from.slice(0, 10) !== to.slice(0, 10)
  return `${days ? `${from.slice(5, 10)} ` : ''}${clock(start, false)}–${days ? `${to.slice(5, 10)} ` : ''}${clock(end, false)}Z`
}

/** Instants inside a sentence without the date that the reader sees anyway. */
export function tidy(text: string, near_ms: number): string {
  // Only instants in UTC: a deadline in the agreement's zone keeps the day it names.
  return text.replace(new RegExp(`${iso(near_ms).slice(0, 10)}T(?=[0-9:.]+Z)`, 'g'), '')
}

/** Whole days, hours and minutes of a stretch. */
export function parts(ms: number): { days: number; hours: number; minutes: number; seconds: number } {
  const left = Math.abs(ms)
  return {
    days: Math.floor(left / DAY),
    hours: Math.floor((left % DAY) / HOUR),
    minutes: Math.floor((left % HOUR) / MINUTE),
    seconds: Math.floor((left % MINUTE) / SECOND),
  }
}

/** How long ago, in the two largest units that are not nothing: `9 sec`, `4 min 12 sec`, `2 hr 56 min`. */
export function lapse(ms: number, locale: string): string {
  const { days, hours, minutes, seconds } = parts(ms)
  const all = [[days, 'day'], [hours, 'hour'], [minutes, 'minute'], [seconds, 'second']] as const
  const first = all.findIndex(([amount]) => amount > 0)
  if (first < 0) return unit(0, 'second', locale)
  return all.slice(first, first + 2).filter(([amount]) => amount > 0).map(([amount, name]) => unit(amount, name, locale)).join(' ')
}

function unit(amount: number, name: string, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short' }).format(amount)
}

/** A countdown such as `2 d 06:57` (`day` is the unit's word), `06:57`, `00:19`. */
export function span(ms: number, day: string): string {
  const { days, hours, minutes } = parts(ms)
  return `${days > 0 ? `${days} ${day} ` : ''}${pad(hours)}:${pad(minutes)}`
}
