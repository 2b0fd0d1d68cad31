#!/usr/bin/env node
// node-readers KIND FILE prints what a package of npm, or Node itself, reads in a file, as JSON.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parseEnv } from 'node:util'

const load = createRequire(import.meta.url)
const readers = {
  dotenv: (text) => load('dotenv').parse(text),
  'dotenv-expand': (text) =>
    load('dotenv-expand').expand({ processEnv: {}, parsed: load('dotenv').parse(text) }).parsed,
  dotenvx: (text) => load('@dotenvx/dotenvx').parse(text, { processEnv: {} }),
  'parse-env': (text) => parseEnv(text),
  'js-yaml': (text) => load('js-yaml').load(text),
  yaml: (text) => load('yaml').parse(text),
  json: (text) => JSON.parse(text),
}
const [kind, file] = process.argv.slice(2)
process.stdout.write(JSON.stringify(readers[kind](readFileSync(file, 'utf8'))))
