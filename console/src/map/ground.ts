/** The map's ground under the marks: land and borders, coverage, areas; MapLibre draws it, the tokens colour it. */

import type { Feature, FeatureCollection, Position } from 'geojson'
import type { GeoJSONSource, LayerSpecification, Map as Chart, StyleSpecification } from 'maplibre-gl'
import { feature, mesh } from 'topojson-client'
import type { GeometryCollection, Topology } from 'topojson-specification'
import type { Agreement, Coverage } from '../api/client'
import type { Verdict } from '../draw/glyphs'
import countries from 'world-atlas/countries-10m.json?url'
import { ground } from './coverage'
import { hatchTile, type Ink } from './tokens'

const NOTHING: FeatureCollection = { type: 'FeatureCollection', features: [] }
/** How far from the theatre's centre land is drawn, in degrees. */
const REACH_DEG = 12
const TILE_RATIO = 2

export const SOURCES = ['land', 'borders', 'partly', 'none', 'steps', 'areas'] as const

export function emptyStyle(): StyleSpecification {
  return {
    version: 8,
    sources: Object.fromEntries(SOURCES.map((name) => [name, { type: 'geojson' as const, data: NOTHING, tolerance: 0.3 }])),
    layers: layers(),
  }
}

function layers(): LayerSpecification[] {
  return [
    { id: 'out', type: 'background' },
    { id: 'land', type: 'fill', source: 'land' },
    { id: 'steps', type: 'fill', source: 'steps', layout: { visibility: 'none' }, paint: { 'fill-antialias': false } },
    { id: 'partly', type: 'fill', source: 'partly', paint: { 'fill-antialias': false } },
    { id: 'none', type: 'fill', source: 'none', paint: { 'fill-antialias': false } },
    { id: 'borders', type: 'line', source: 'borders', paint: { 'line-width': 1.1, 'line-dasharray': [5, 2, 1, 2] } },
    { id: 'area-fill', type: 'fill', source: 'areas', filter: ['==', ['geometry-type'], 'Polygon'] },
    { id: 'area-solid', type: 'line', source: 'areas', filter: ['in', ['get', 'verdict'], ['literal', ['violated', 'compliant']]] },
    { id: 'area-dashed', type: 'line', source: 'areas', filter: ['!', ['in', ['get', 'verdict'], ['literal', ['violated', 'compliant']]]] },
  ]
}

/** Colours everything anew, for the theme on screen. */
export function colour(chart: Chart, ink: Ink): void {
  const paint = (layer: string, name: string, value: unknown): void => {
    chart.setPaintProperty(layer, name as 'fill-color', value as string)
  }
  for (const [name, tile] of [['hatch', hatchTile(ink['map-grey'], ink['map-grey-hatch'], 7, 1.4, TILE_RATIO)]] as const) {
    const pen = tile.getContext('2d')
    if (chart.hasImage(name)) chart.removeImage(name)
    if (pen) chart.addImage(name, pen.getImageData(0, 0, tile.width, tile.height), { pixelRatio: TILE_RATIO })
  }
  paint('out', 'background-color', ink['map-out'])
  paint('land', 'fill-color', ink['map-land'])
  paint('partly', 'fill-color', ink['map-grey'])
  paint('partly', 'fill-opacity', 0.5)
  paint('none', 'fill-pattern', 'hatch')
  paint('steps', 'fill-color', ['step', ['get', 'step'], ink['cov-3'], 3, ink['cov-3'], 4, ink['cov-4']])
  paint('steps', 'fill-opacity', 0.22)
  paint('borders', 'line-color', ink['map-border'])
  const verdict = (compliant: string, violated: string, unverified: string, none: string): unknown => [
    'match', ['get', 'verdict'], 'compliant', compliant, 'violated', violated, 'not verified', unverified, none,
  ]
  const line = verdict(ink['v-compliant'], ink['v-violated'], ink['v-unverified'], ink.area)
  paint('area-fill', 'fill-color', verdict(ink['v-compliant-fill'], ink['v-violated-fill'], 'rgba(0,0,0,0)', 'rgba(0,0,0,0)'))
  paint('area-fill', 'fill-opacity', 0.11)
  for (const layer of ['area-solid', 'area-dashed']) {
    paint(layer, 'line-color', line)
    paint(layer, 'line-width', ['case', ['get', 'selected'], 2.6, 1.6])
  }
  paint('area-dashed', 'line-dasharray', [4, 2.5])
}

function put(chart: Chart, name: (typeof SOURCES)[number], data: FeatureCollection): void {
  void (chart.getSource(name) as GeoJSONSource | undefined)?.setData(data)
}

/** Loads land and borders round the theatre from the world file that ships with the console. */
export async function drawLand(chart: Chart, centre: readonly [number, number]): Promise<void> {
  const topology = (await (await fetch(countries)).json()) as Topology<{ countries: GeometryCollection }>
  const land: Position[][][] = []
  const kept: (typeof topology.objects.countries.geometries)[number][] = []
  for (const country of topology.objects.countries.geometries) {
    const shape = (feature(topology, country) as Feature).geometry
    const polygons = shape.type === 'Polygon' ? [shape.coordinates] : shape.type === 'MultiPolygon' ? shape.coordinates : []
    const close = polygons.filter((polygon) => reaches(polygon[0] ?? [], centre))
    if (!close.length) continue
    land.push(...close)
    kept.push(country)
  }
  put(chart, 'land', collection({ type: 'MultiPolygon', coordinates: land }))
  const lines = mesh(topology, { type: 'GeometryCollection', geometries: kept }, (a, b) => a !== b)
  put(chart, 'borders', collection({ ...lines, coordinates: lines.coordinates.filter((line) => reaches(line, centre)) }))
}

function collection(geometry: Feature['geometry']): FeatureCollection {
  return { type: 'FeatureCollection', features: [{ type: 'Feature', properties: {}, geometry }] }
}

/** Whether the box round some points comes within reach of the theatre: countries have islands on other oceans. */
function reaches(points: readonly Position[], centre: readonly [number, number]): boolean {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const point of points) {
    const [x = 0, y = 0] = point
    west = Math.min(west, x)
    east = Math.max(east, x)
    south = Math.min(south, y)
    north = Math.max(north, y)
  }
  const [lon, lat] = centre
  return west < lon + REACH_DEG && east > lon - REACH_DEG && south < lat + REACH_DEG && north > lat - REACH_DEG
}

export function drawCoverage(chart: Chart, coverage: Coverage | null): void {
  const held = coverage ? ground(coverage) : null
  put(chart, 'none', held?.none ?? NOTHING)
  put(chart, 'partly', held?.partly ?? NOTHING)
  put(chart, 'steps', held?.steps ?? NOTHING)
}

export function drawAreas(chart: Chart, areas: Agreement['areas'], verdicts: Readonly<Record<string, Verdict | null>>, selected: string): void {
  const features = areas.features.map((area) => ({
    type: 'Feature' as const,
    geometry: area.geometry as Feature['geometry'],
    properties: { id: area.id, verdict: verdicts[area.id] ?? '', selected: area.id === selected },
  }))
  // What is violated is drawn last, over what is not.
  const rank: Record<string, number> = { violated: 2, compliant: 1 }
  features.sort((a, b) => (rank[a.properties.verdict] ?? 0) - (rank[b.properties.verdict] ?? 0))
  put(chart, 'areas', { type: 'FeatureCollection', features })
}

/** Shows or hides a layer. */
export function show(chart: Chart, layer: string, on: boolean): void {
  chart.setLayoutProperty(layer, 'visibility', on ? 'visible' : 'none')
}
