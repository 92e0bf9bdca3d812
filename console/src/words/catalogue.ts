/** The console's words: one message per key and language, plural forms by Intl.PluralRules, `{name}` for what is filled in. */

import { en } from './en'
import { ru } from './ru'
import { tr } from './tr'

export const LANGUAGES = ['en', 'ru', 'tr'] as const
export type Language = (typeof LANGUAGES)[number]

/** Plural forms are chosen by the parameter `n`. */
export type Message = string | Partial<Record<Intl.LDMLPluralRule, string>>
export type Key = keyof typeof en
export type Fill = Record<string, string | number>

/** Names of the languages in themselves. */
export const NAMES: Record<Language, string> = { en: 'English', ru: 'Русский', tr: 'Türkçe' }

const CATALOGUE: Record<Language, Record<Key, Message>> = { en, ru, tr }
const rules = new Map<Language, Intl.PluralRules>()

export function say(language: Language, key: Key, fill: Fill = {}): string {
  const message = CATALOGUE[language][key]
  const text = typeof message === 'string' ? message : plural(language, message, Number(fill['n'] ?? 0))
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in fill ? String(fill[name]) : whole))
}

function plural(language: Language, forms: Exclude<Message, string>, n: number): string {
  let rule = rules.get(language)
  if (!rule) rules.set(language, (rule = new Intl.PluralRules(language)))
  return forms[rule.select(n)] ?? forms.other ?? ''
}

/** Whether a key is in the catalogue: for words made from what the desk sends (a cause, a class). */
export function known(key: string): key is Key {
  return key in en
}
