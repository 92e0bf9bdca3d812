/** What a piece of evidence says, in one line: what kind, where from the sensor, how high, who. */

import type { EvidenceRow } from '../api/client'
import { named, w } from '../words/words.svelte'

export function says(row: EvidenceRow): string {
  const parts = [named('kind', row.kind)]
  if (row.known !== 'recorded') parts.push(named('known.how', row.known))
  if (row.object_class) parts.push(named('class', row.object_class) + (row.amount !== null && row.kind === 'report' ? ` × ${row.amount}` : ''))
  if (row.kind === 'fire' && row.amount !== null) parts.push(`${row.amount} MW`)
  if (row.range_m !== null && row.azimuth_deg !== null) parts.push(w('says.range', { km: (row.range_m / 1000).toFixed(1), deg: row.azimuth_deg.toFixed(1) }))
  if (row.height_m !== null) parts.push(`${Math.round(row.height_m)} m`)
  if (row.kind === 'plot') parts.push(w('says.silent'))
  const who = [row.label, row.address, row.squawk].filter(Boolean).join(' ')
  if (who) parts.push(who)
  return parts.join(', ')
}
