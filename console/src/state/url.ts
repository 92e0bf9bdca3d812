/** The view as an address: /{place}/{id}?t=&k=&win=&c=&cls=&ly=&sel=&cl=&f=. Everything else is preference and stays out. */

import { DAY, HOUR, instant, iso } from '../draw/time'

export const PLACES = ['watch', 'findings', 'cases', 'reports'] as const
export type Place = (typeof PLACES)[number]

export interface Camera {
  lat: number
  lon: number
  zoom: number
}

export interface Window {
  start: number
  end: number
}

export interface View {
  place: Place
  /** Object shown in full: a finding, a case, a report's day. */
  id: string
  /** Instant shown; null is live. */
  t: number | null
  /** As known on; null is now. */
  k: number | null
  win: Window | null
  c: Camera | null
  /** Object class whose coverage is drawn; empty is the default. */
  cls: string
  /** Layers that differ from the default, by name. */
  ly: Record<string, boolean>
  /** Selected objects, `kind:id`. */
  sel: string[]
  cl: string
  /** List filter: key to the value asked for. */
  f: Record<string, string>
}

export const START: View = {
  place: 'watch', id: '', t: null, k: null, win: null, c: null, cls: '', ly: {}, sel: [], cl: '', f: {},
}

const WORD = /^[\w .:-]{1,80}$/
const NAME = /^[a-z][a-z-]{0,30}$/

export function parseView(address: string): View {
  const url = new URL(address, 'http://desk')
  const [place = '', ...rest] = url.pathname.split('/').filter(Boolean).map(decode)
  const id = rest.length === 1 ? (rest[0] ?? '') : ''
  const get = (name: string): string => url.searchParams.get(name) ?? ''
  return {
    place: isPlace(place) ? place : 'watch',
    id: WORD.test(id) ? id : '',
    t: instant(get('t')),
    k: instant(get('k')),
    win: parseWindow(get('win')),
    c: parseCamera(get('c')),
    cls: NAME.test(get('cls')) ? get('cls') : '',
    ly: parseLayers(get('ly')),
    sel: get('sel').split(',').filter((part) => /^[a-z]+:[\w.-]{1,80}$/.test(part)).slice(0, 20),
    cl: WORD.test(get('cl')) ? get('cl') : '',
    f: parseFilter(get('f')),
  }
}

export function formatView(view: View): string {
  const path = `/${view.place}${view.id ? `/${encodeURIComponent(view.id)}` : ''}`
  const parts: [string, string][] = [
    ['t', view.t === null ? '' : iso(view.t)],
    ['k', view.k === null ? '' : iso(view.k)],
    ['win', view.win ? formatWindow(view.win) : ''],
    ['c', view.c ? `${view.c.lat.toFixed(4)},${view.c.lon.toFixed(4)},${view.c.zoom.toFixed(1)}` : ''],
    ['cls', view.cls],
    ['ly', Object.entries(view.ly).sort().map(([name, on]) => (on ? '+' : '-') + name).join(',')],
    ['sel', view.sel.join(',')],
    ['cl', view.cl],
    ['f', Object.entries(view.f).sort().map(([key, value]) => `${key}:${value}`).join(',')],
  ]
  const query = parts
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replace(/%(2C|3A|2B)/gi, unescapeSign)}`)
  return query.length ? `${path}?${query.join('&')}` : path
}

/** A plus sign stands for a space in a query, so it alone stays escaped. */
function unescapeSign(sign: string): string {
  return sign.toUpperCase() === '%2B' ? '%2B' : decodeURIComponent(sign)
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return ''
  }
}

export function isPlace(text: string): text is Place {
  return (PLACES as readonly string[]).includes(text)
}

function parseWindow(text: string): Window | null {
  const [from = '', long = ''] = text.split('/')
  const start = instant(from)
  const found = /^(\d{1,5})([hm])$/.exec(long)
  if (start === null || !found) return null
  const length = Number(found[1]) * (found[2] === 'h' ? HOUR : HOUR / 60)
  return length > 0 && length <= 31 * DAY ? { start, end: start + length } : null
}

function formatWindow(win: Window): string {
  const minutes = Math.round((win.end - win.start) / (HOUR / 60))
  return `${iso(win.start)}/${minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`}`
}

function parseCamera(text: string): Camera | null {
  const [lat, lon, zoom, ...rest] = text.split(',').map(Number)
  if (rest.length || lat === undefined || lon === undefined || zoom === undefined) return null
  const good = Math.abs(lat) <= 85 && Math.abs(lon) <= 180 && zoom >= 0 && zoom <= 22
  return good ? { lat, lon, zoom } : null
}

function parseLayers(text: string): Record<string, boolean> {
  const found = text.split(',').map((part) => /^([+ -])([a-z]{1,30})$/.exec(part)).filter((part) => part !== null)
  return Object.fromEntries(found.map((part) => [part[2] ?? '', part[1] !== '-']))
}

function parseFilter(text: string): Record<string, string> {
  const found = text.split(',').map((part) => /^([a-z]{1,12}):([\w .-]{1,60})$/.exec(part)).filter((part) => part !== null)
  return Object.fromEntries(found.map((part) => [part[1] ?? '', part[2] ?? '']))
}
