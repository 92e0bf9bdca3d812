// Writes src/api/generated/schema.d.ts from the desk's OpenAPI (openapi.json beside it, written by
// `python -m truceline.desk.schema`). With --check it writes nothing and says whether the file is current.
import { readFile, writeFile } from 'node:fs/promises'
import openapiTS, { astToString } from 'openapi-typescript'

const folder = new URL('../src/api/generated/', import.meta.url)
const schema = JSON.parse(await readFile(new URL('openapi.json', folder), 'utf8'))
const head = '// Generated from openapi.json by `npm run types`. Do not edit.\n\n'
const text = head + astToString(await openapiTS(schema, { alphabetize: true }))
const file = new URL('schema.d.ts', folder)

if (process.argv.includes('--check')) {
  const held = await readFile(file, 'utf8').catch(() => '')
  if (held !== text) {
    console.error('src/api/generated/schema.d.ts is not current: npm run types')
    process.exit(1)
  }
} else {
  await writeFile(file, text)
}
