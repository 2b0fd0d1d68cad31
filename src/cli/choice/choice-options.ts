import type { FlagOption, TextOption, TextsOption } from '../command.ts'

/** The options that say which entries are handed on and how they are called: for every command that does so. */
export const choiceOptions: {
  readonly only: TextsOption
  readonly except: TextsOption
  readonly job: TextOption
  readonly map: TextOption
  readonly upperCase: FlagOption
  readonly prefix: TextOption
  readonly allowName: TextsOption
} = {
  only: { type: 'strings', value: 'PATH', description: 'this entry, or all below it', complete: 'path' },
  except: {
    type: 'strings',
    value: 'PATH',
    description: 'not this entry, nor what is below it',
    complete: 'path',
  },
  job: {
    type: 'string',
    value: 'NAME',
    description: 'what the configuration declares for this job, and no more',
    conflicts: ['map'],
    complete: 'none',
  },
  map: {
    type: 'string',
    value: 'FILE',
    description: 'what this file names, under its names, and no more',
    conflicts: ['upperCase', 'prefix'],
    complete: 'file',
  },
  upperCase: { type: 'boolean', description: 'write the keys in capitals' },
  prefix: { type: 'string', value: 'TEXT', description: 'put this before every name', complete: 'none' },
  allowName: {
    type: 'strings',
    value: 'NAME',
    description: 'take this variable although programs obey it',
    complete: 'none',
  },
}

/** What these options give. */
export interface ChoiceArguments {
  readonly only: readonly string[]
  readonly except: readonly string[]
  readonly job: string | undefined
  readonly map: string | undefined
  readonly upperCase: boolean
  readonly prefix: string | undefined
  readonly allowName: readonly string[]
}
