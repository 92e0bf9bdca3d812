import { describe, expect, it } from 'vitest'
import { type Key, LANGUAGES, type Message, say } from '../src/words/catalogue'
import { en } from '../src/words/en'
import { ru } from '../src/words/ru'
import { tr } from '../src/words/tr'

const all: Record<string, Record<string, Message>> = { en, ru, tr }
const keys = Object.keys(en) as Key[]
const forms = (message: Message): string[] => (typeof message === 'string' ? [message] : Object.values(message))
const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? '').sort()

describe('the catalogue', () => {
  it('says everything in every language', () => {
    for (const language of LANGUAGES) {
      expect(Object.keys(all[language] ?? {}).sort(), language).toEqual([...keys].sort())
      for (const key of keys) for (const text of forms(all[language]?.[key] ?? '')) expect(text, `${language} ${key}`).not.toBe('')
    }
  })
  it('fills the same holes in every language', () => {
    for (const key of keys) {
      const wanted = [...new Set(forms(en[key]).flatMap(holes))]
      for (const language of LANGUAGES) {
        for (const text of forms(all[language]?.[key] ?? '')) expect(wanted, `${language} ${key}`).toEqual(expect.arrayContaining(holes(text)))
      }
    }
  })
  it('has every plural form its language asks for', () => {
    for (const language of LANGUAGES) {
      const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories
      for (const key of keys) {
        const message = all[language]?.[key]
        if (message && typeof message !== 'string') expect(Object.keys(message).sort(), `${language} ${key}`).toEqual([...categories].sort())
      }
    }
  })
  it('counts as Russians do', () => {
    expect(say('ru', 'findings.n', { n: 1 })).toBe('1 вывод')
    expect(say('ru', 'findings.n', { n: 3 })).toBe('3 вывода')
    expect(say('ru', 'findings.n', { n: 11 })).toBe('11 выводов')
    expect(say('en', 'findings.n', { n: 1 })).toBe('1 finding')
  })
  it('keeps verdicts within 14 signs and off words of comfort', () => {
    for (const language of LANGUAGES) {
      for (const verdict of ['compliant', 'violated', 'not verified'] as const) expect(say(language, `verdict.${verdict}`).length).toBeLessThanOrEqual(14)
    }
    const comfort = /\b(quiet|calm|all clear|no incidents|nothing happened|enemy|attack|provocation|alleged|so-called)\b/i
    for (const key of keys) for (const text of forms(en[key])) expect(text, key).not.toMatch(comfort)
  })
})
