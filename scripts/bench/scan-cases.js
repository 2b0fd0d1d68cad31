/** Known values in other files: 1,000 values, each in some twenty forms, in a megabyte of text. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { document } from './inputs.js'
import { run } from './measure.js'
import { filePair, ours } from './workbench.js'

/** Eight values of ten are texts, which are looked for; numbers are too short. */
const VALUES = 1_250

/** A value and its key take some 37 bytes: about a megabyte of values of the same kind, none of which is one of ours. */
const OTHERS = 30_000

export const scanCase = {
  name: 'scan 1 MB for 1,000 values',
  rounds: 10,
  goals: [{ of: 'one second', milliseconds: 1_000, most: 1, aim: 0.5 }],
  contestants: (bench) => {
    const folder = join(bench.folder, 'scanned')
    mkdirSync(folder)
    copyFileSync(filePair(bench, VALUES).encrypted, join(folder, 'secrets.yaml'))
    writeFileSync(join(folder, 'large.txt'), document(OTHERS, 2))
    const options = { ...bench.options, cwd: folder }
    for (const args of [
      ['init', '--quiet'],
      ['add', '.'],
    ])
      run(['git', ...args], options)
    return [{ name: 'secrets', options, steps: [ours('scan')] }]
  },
}
