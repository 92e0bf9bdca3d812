/** What this person prefers on this machine: theme and language. Kept here, never in an address. */

import { type Language, LANGUAGES } from '../words/catalogue'

export type Theme = 'dark' | 'light'

function kept(name: string): string {
  try {
    return localStorage.getItem(`truceline.${name}`) ?? ''
  } catch {
    return '' // storage may be forbidden; preferences then last as long as the page
  }
}

function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`truceline.${name}`, value)
  } catch {
    // as above
  }
}

function firstTheme(): Theme {
  const held = kept('theme')
  if (held === 'dark' || held === 'light') return held
  return matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark'
}

function firstLanguage(): Language {
  const wanted = [kept('language'), ...navigator.languages.map((name) => name.slice(0, 2))]
  return LANGUAGES.find((name) => name === wanted.find((one) => (LANGUAGES as readonly string[]).includes(one))) ?? 'en'
}

class Preferences {
  theme = $state<Theme>(firstTheme())
  language = $state<Language>(firstLanguage())

  apply(): void {
    document.documentElement.dataset.theme = this.theme
    document.documentElement.lang = this.language
  }

  turnTheme(): void {
    this.theme = this.theme === 'dark' ? 'light' : 'dark'
    keep('theme', this.theme)
  }

  speak(language: Language): void {
    this.language = language
    keep('language', language)
  }
}

export const preferences = new Preferences()
