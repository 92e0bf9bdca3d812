/** Words in the language this person reads now. */

import { preferences } from '../state/preferences.svelte'
import { type Fill, type Key, known, say } from './catalogue'

export function w(key: Key, fill?: Fill): string {
  return say(preferences.language, key, fill)
}

/** The word for a name that the desk sent (`cause`, `outage`), or the name itself when we have none. */
export function named(family: string, name: string): string {
  const key = `${family}.${name}`
  return known(key) ? w(key) : name
}

export function locale(): string {
  return { en: 'en-GB', ru: 'ru-RU', tr: 'tr-TR' }[preferences.language]
}
