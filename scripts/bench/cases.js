/** What is measured. Each case gives its contestants and what is to be reached. */
import { gitCases } from './git-cases.js'
import { redactCases } from './redact-cases.js'
import { scanCase } from './scan-cases.js'
import { emptyFolder, encryptedFolder, filePair, kmsFolder, ours } from './workbench.js'

const NODE = 'bare node'
const OURS = 'secrets'
const SOPS = 'sops'

const bareNode = { name: NODE, steps: [[process.execPath, '-e', '0']] }

/** `goal`: our median is at most `most` times that of `of`, or `milliseconds`; `aim` is what we hope for. */
export const cases = [
  {
    name: 'start-up of --version',
    rounds: 30,
    goals: [{ of: NODE, most: 1.5, aim: 1.25 }],
    contestants: (bench) => [
      bareNode,
      { name: OURS, steps: [ours('--version')] },
      ...sops(bench, [['--version', '--disable-version-check']]),
    ],
  },
  {
    name: 'decrypt a file of 20 values',
    rounds: 30,
    goals: [{ of: NODE, most: 3, aim: 2 }],
    contestants: (bench) => {
      const { encrypted } = filePair(bench, 20)
      return [bareNode, { name: OURS, steps: [ours('decrypt', encrypted)] }, ...sops(bench, [['decrypt', encrypted]])]
    },
  },
  decryptCase(10_000, 7, [{ of: SOPS, most: 1, aim: 0.5 }]),
  encryptCase(10_000, 7, [{ of: SOPS, most: 1, aim: 0.5 }]),
  {
    name: 'decrypt 100 files: one command, a loop',
    rounds: 5,
    goals: [{ of: SOPS, most: 1 / 5, aim: 1 / 10 }],
    contestants: (bench) => {
      const files = encryptedFolder(bench, 100, 20)
      const output = `${bench.folder}/out`
      return [
        {
          name: OURS,
          before: () => emptyFolder(bench, 'out'),
          steps: [ours('decrypt', '--output', output, ...files)],
        },
        ...sops(
          bench,
          files.map((file) => ['decrypt', file]),
        ),
      ]
    },
  },
  {
    name: 'decrypt 100 files of a KMS key, 50 ms for each call',
    rounds: 3,
    goals: [{ of: 'one second', milliseconds: 1_000, most: 1, aim: 0.8 }],
    contestants: (bench) => {
      const { files, options } = kmsFolder(bench, 100, 50)
      const output = `${bench.folder}/out`
      const before = () => emptyFolder(bench, 'out')
      const loop = sops(
        bench,
        files.map((file) => ['decrypt', file]),
      )
      return [
        { name: OURS, before, options, steps: [ours('decrypt', '--output', output, ...files)] },
        ...loop.map((contestant) => ({ ...contestant, options })),
      ]
    },
  },
  decryptCase(100_000, 3, []),
  encryptCase(100_000, 3, []),
  { ...decryptCase(1_000_000, 1, []), large: true },
  { ...encryptCase(1_000_000, 1, []), large: true },
  scanCase,
  ...redactCases,
  ...gitCases,
]

/** The cases whose time for one value may not grow: at most twice from the first to the last. */
export const linear = ['decrypt', 'encrypt'].map((verb) => ({
  verb,
  counts: [10_000, 100_000, 1_000_000],
  most: 2,
}))

/** Name of a case of one big file. */
export function sizeCase(verb, count) {
  return `${verb} a file of ${count.toLocaleString('en')} values`
}

function decryptCase(count, rounds, goals) {
  return {
    name: sizeCase('decrypt', count),
    rounds,
    goals,
    contestants: (bench) => {
      const { encrypted } = filePair(bench, count)
      return [{ name: OURS, steps: [ours('decrypt', encrypted)] }, ...smallSops(bench, count, ['decrypt', encrypted])]
    },
  }
}

function encryptCase(count, rounds, goals) {
  return {
    name: sizeCase('encrypt', count),
    rounds,
    goals,
    contestants: (bench) => {
      const { plain } = filePair(bench, count)
      return [
        { name: OURS, steps: [ours('encrypt', '--stdout', '--recipient', bench.recipient, plain)] },
        ...smallSops(bench, count, ['encrypt', '--age', bench.recipient, plain]),
      ]
    },
  }
}

// A million values take sops the better part of a minute, and say nothing that fewer do not.
function smallSops(bench, count, args) {
  return count > 100_000 ? [] : sops(bench, [args])
}

function sops(bench, commands) {
  return bench.sops === undefined ? [] : [{ name: SOPS, steps: commands.map((args) => ['sops', ...args]) }]
}
