/** Names of clauses and areas in the reader's language, from the agreement on screen. */

import { desk } from './desk.svelte'
import { preferences } from './preferences.svelte'

export function pick(words: Record<string, string> | null | undefined): string {
  if (!words) return ''
  return words[preferences.language] ?? words['en'] ?? Object.values(words)[0] ?? ''
}

export function areaName(id: string): string {
  const area = desk.agreement.data?.areas.features.find((one) => one.id === id)
  return area ? pick(area.properties.name) : id
}
