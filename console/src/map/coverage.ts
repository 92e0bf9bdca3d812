/** Coverage as ground that can be drawn: not watched (D under 0.1, always hatched), partly (0.1 to 0.5), watched. */

import { contours } from 'd3-contour'
import type { Feature, FeatureCollection, MultiPolygon, Polygon } from 'geojson'
import type { Coverage } from '../api/client'
import { type LonLat, outline, placeOf } from './lattice'

export const NOT_WATCHED = 0.1
export const WATCHED = 0.5

export interface Ground {
  none: FeatureCollection
  partly: FeatureCollection
  steps: FeatureCollection
}

/** Steps of the teal ramp, for those who want to see more than three tones. */
export const STEPS = [0.1, 0.3, 0.5, 0.7, 0.9]

export function ground(coverage: Coverage): Ground {
  const unseen = coverage.percent.map((value) => 100 - value)
  return {
    none: collect([above(coverage, unseen, 100 - NOT_WATCHED * 100), outside(coverage)]),
    partly: collect([above(coverage, unseen, 100 - WATCHED * 100)]),
    steps: collect(STEPS.map((step, i) => ({ ...above(coverage, coverage.percent, step * 100), properties: { step: i + 1 } }))),
  }
}

function collect(features: Feature<Polygon | MultiPolygon>[]): FeatureCollection {
  return { type: 'FeatureCollection', features }
}

/**
 * Polygons where the values pass a threshold. The grid is framed by its own edge values first, so that ground runs up to
 * the grid's edge; between two cells the border is interpolated.
 */
function above(coverage: Coverage, values: readonly number[], threshold: number): Feature<MultiPolygon> {
  const { rows, columns } = coverage
  const wide = columns + 2
  const framed = new Array<number>(wide * (rows + 2))
  for (let row = 0; row < rows + 2; row++) {
    for (let column = 0; column < wide; column++) {
      const y = Math.min(rows - 1, Math.max(0, row - 1))
      const x = Math.min(columns - 1, Math.max(0, column - 1))
      framed[row * wide + column] = values[y * columns + x] ?? 0
    }
  }
  const shape = contours().size([wide, rows + 2]).smooth(true).contour(framed, threshold)
  return {
    type: 'Feature',
    properties: {},
    geometry: { type: 'MultiPolygon', coordinates: shape.coordinates.map((rings) => rings.map((ring) => ring.map((at) => laid(coverage, at)))) },
  }
}

/** Contour coordinates count framed cells with their centres at halves; the frame is one cell wide. */
function laid(coverage: Coverage, at: readonly number[]): LonLat {
  const column = Math.min(coverage.columns, Math.max(0, (at[0] ?? 0) - 1))
  const row = Math.min(coverage.rows, Math.max(0, (at[1] ?? 0) - 1))
  return placeOf(coverage, column, row)
}

/** All ground beyond the grid: nobody computed it, so nobody watched it. */
function outside(coverage: Coverage): Feature<Polygon> {
  const ring = outline(coverage)
  const world: LonLat[] = [[-180, -85], [180, -85], [180, 85], [-180, 85], [-180, -85]]
  return { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [world, ring.reverse()] } }
}
