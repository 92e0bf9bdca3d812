/** Typed requests to the desk. A refused or failed request becomes a `Trouble` that a person can read. */

import type { components, paths } from './generated/schema'

type Schemas = components['schemas']
export type Status = Schemas['StatusAnswer']
export type Agreement = Schemas['AgreementAnswer']
export type Clause = Schemas['ClauseAnswer']
export type Board = Schemas['BoardAnswer']
export type BoardRow = Schemas['BoardRow']
export type Span = Schemas['Span']
export type Findings = Schemas['FindingsAnswer']
export type FindingRow = Schemas['FindingRow']
export type Finding = Schemas['FindingAnswer']
export type Evidence = Schemas['EvidenceAnswer']
export type EvidenceRow = Schemas['EvidenceRow']
export type Track = Schemas['TrackAnswer']
export type Tracks = Schemas['TracksAnswer']
export type Live = Schemas['LiveAnswer']
export type Coverage = Schemas['CoverageAnswer']
export type CoverageHere = Schemas['CoverageHere']
export type Timeline = Schemas['TimelineAnswer']
export type Stretch = Schemas['Stretch']
export type Source = Schemas['SourceAnswer']
export type Sources = Schemas['SourcesAnswer']
export type Alert = Schemas['AlertAnswer']
export type Alerts = Schemas['AlertsAnswer']
export type Cases = Schemas['CasesAnswer']
export type Case = Schemas['CaseAnswer']
export type Reports = Schemas['ReportsAnswer']
export type Log = Schemas['LogAnswer']

type Got<P extends keyof paths> = paths[P] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } }
}
  ? Body
  : never
type Query<P extends keyof paths> = paths[P] extends { get: { parameters: { query?: infer Q } } } ? NonNullable<Q> : never
type Route<P extends keyof paths> = paths[P] extends { get: { parameters: { path: infer R } } } ? R : never

/** Why an answer is not there: the desk could not be reached (status 0), refused, or failed. */
export class Trouble extends Error {
  constructor(
    readonly status: number,
    readonly what: string,
    readonly remedy: string,
    readonly path: string,
  ) {
    super(what)
  }
}

export interface Ask<P extends keyof paths> {
  query?: Query<P>
  path?: Route<P>
  signal?: AbortSignal
}

export async function ask<P extends keyof paths & string>(path: P, how: Ask<P> = {}): Promise<Got<P>> {
  const address = fillPath(path, how.path ?? {}) + fillQuery(how.query ?? {})
  let response: Response
  try {
    response = await fetch(address, { headers: { accept: 'application/json' }, ...(how.signal ? { signal: how.signal } : {}) })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new Trouble(0, '', '', address)
  }
  if (!response.ok) throw await trouble(response, address)
  return (await response.json()) as Got<P>
}

async function trouble(response: Response, address: string): Promise<Trouble> {
  const body = (await response.json().catch(() => null)) as { what?: string; remedy?: string } | null
  return new Trouble(response.status, body?.what ?? '', body?.remedy ?? '', address)
}

function fillPath(path: string, values: object): string {
  const held = values as Record<string, string | number>
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(held[name] ?? '')))
}

function fillQuery(values: object): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    if (value !== null && value !== undefined && value !== '') query.set(name, String(value))
  }
  const text = query.toString()
  return text ? `?${text}` : ''
}
