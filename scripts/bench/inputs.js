/** Inputs of the measurements, made anew for each run; the same numbers give the same bytes. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A YAML document of `count` values: groups of ten, mostly strings, some numbers and booleans. */
export function document(count, seed = 1) {
  const next = random(seed)
  const lines = ['services:']
  for (let index = 0; index < count; index += 1) {
    if (index % 10 === 0) lines.push(`  service_${index / 10}:`)
    lines.push(`    key_${index % 10}: ${value(index, next)}`)
  }
  return `${lines.join('\n')}\n`
}

/** Writes `count` documents of `values` values each into a new folder and gives their paths. */
export function manyDocuments(folder, count, values) {
  mkdirSync(folder, { recursive: true })
  return Array.from({ length: count }, (_, index) => {
    const path = join(folder, `file-${String(index).padStart(3, '0')}.yaml`)
    writeFileSync(path, document(values, index + 1))
    return path
  })
}

function value(index, next) {
  if (index % 10 === 8) return String(Math.floor(next() * 1e6))
  if (index % 10 === 9) return String(next() < 0.5)
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
  return `v${Array.from({ length: 23 }, () => letters[Math.floor(next() * letters.length)]).join('')}`
}

// mulberry32: small, and good enough to make values that do not compress or repeat.
function random(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
