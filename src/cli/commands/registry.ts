// Written by `npm run generate` from the files of this folder. Changes are made there.
import type { Command } from '../command.ts'

/** What is known of a command before it is loaded. */
export interface CommandEntry extends Pick<Command, 'name' | 'summary' | 'group' | 'aliases'> {
  readonly load: () => Promise<Command>
}

/** Every command, by name. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'compare',
    summary: 'lay two environments side by side',
    group: 'daily',
    aliases: [],
    load: () => import('./compare.ts').then((module) => module.command),
  },
  {
    name: 'complete',
    summary: 'propose what could stand in the place of the last word',
    group: 'hidden',
    aliases: [],
    load: () => import('./complete.ts').then((module) => module.command),
  },
  {
    name: 'completion',
    summary: 'print a script that completes command lines',
    group: 'shell',
    aliases: [],
    load: () => import('./completion.ts').then((module) => module.command),
  },
  {
    name: 'decrypt',
    summary: 'print a file in clear, or write files in clear',
    group: 'daily',
    aliases: [],
    load: () => import('./decrypt.ts').then((module) => module.command),
  },
  {
    name: 'diff',
    summary: 'say which values changed since a commit',
    group: 'daily',
    aliases: [],
    load: () => import('./diff.ts').then((module) => module.command),
  },
  {
    name: 'doctor',
    summary: 'look for what is wrong here, and say what mends it',
    group: 'start',
    aliases: [],
    load: () => import('./doctor.ts').then((module) => module.command),
  },
  {
    name: 'edit',
    summary: 'change a file in your editor, or ask for one value',
    group: 'daily',
    aliases: [],
    load: () => import('./edit.ts').then((module) => module.command),
  },
  {
    name: 'encrypt',
    summary: 'encrypt files in place, for whom .secretsrc says',
    group: 'daily',
    aliases: [],
    load: () => import('./encrypt.ts').then((module) => module.command),
  },
  {
    name: 'get',
    summary: 'print one value',
    group: 'daily',
    aliases: [],
    load: () => import('./get.ts').then((module) => module.command),
  },
  {
    name: 'init',
    summary: 'make a .secretsrc for this repository',
    group: 'start',
    aliases: [],
    load: () => import('./init.ts').then((module) => module.command),
  },
  {
    name: 'install',
    summary: 'let git encrypt, decrypt, show and merge secret files',
    group: 'git',
    aliases: [],
    load: () => import('./install.ts').then((module) => module.command),
  },
  {
    name: 'keygen',
    summary: 'make a key pair, and print its public key',
    group: 'start',
    aliases: [],
    load: () => import('./keygen.ts').then((module) => module.command),
  },
  {
    name: 'lock',
    summary: 'have decrypted environments encrypted in the work tree',
    group: 'git',
    aliases: [],
    load: () => import('./lock.ts').then((module) => module.command),
  },
  {
    name: 'merge',
    summary: 'solve conflicts in secret files',
    group: 'git',
    aliases: [],
    load: () => import('./merge.ts').then((module) => module.command),
  },
  {
    name: 'merge-driver',
    summary: 'merge the versions of a secret file, for git',
    group: 'hidden',
    aliases: [],
    load: () => import('./merge-driver.ts').then((module) => module.command),
  },
  {
    name: 'recover',
    summary: 'print what can still be read of a damaged file',
    group: 'daily',
    aliases: [],
    load: () => import('./recover.ts').then((module) => module.command),
  },
  {
    name: 'run',
    summary: 'run a command with values as environment variables',
    group: 'pipeline',
    aliases: [],
    load: () => import('./run.ts').then((module) => module.command),
  },
  {
    name: 'set',
    summary: 'set one value',
    group: 'daily',
    aliases: [],
    load: () => import('./set.ts').then((module) => module.command),
  },
  {
    name: 'status',
    summary: 'say which files are not as .secretsrc wants them',
    group: 'daily',
    aliases: [],
    load: () => import('./status.ts').then((module) => module.command),
  },
  {
    name: 'textconv',
    summary: 'print a version of a secret file in clear, for git diff',
    group: 'hidden',
    aliases: [],
    load: () => import('./textconv.ts').then((module) => module.command),
  },
  {
    name: 'uninstall',
    summary: 'take back what install did',
    group: 'git',
    aliases: [],
    load: () => import('./uninstall.ts').then((module) => module.command),
  },
  {
    name: 'unlock',
    summary: 'have decrypted environments in clear in the work tree',
    group: 'git',
    aliases: [],
    load: () => import('./unlock.ts').then((module) => module.command),
  },
  {
    name: 'unset',
    summary: 'remove one value, or everything below a path',
    group: 'daily',
    aliases: [],
    load: () => import('./unset.ts').then((module) => module.command),
  },
]
