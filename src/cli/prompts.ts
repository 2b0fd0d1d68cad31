import { Writable } from 'node:stream'
import inquirer from 'inquirer'
import { SecretsError } from '../core/errors.ts'
import type { Environment } from './environment.ts'
import type { Choice, Questions } from './questions.ts'
import { visible } from './visible-text.ts'

/** Questions by inquirer, asked on standard error. Loaded only when a person is there: it is big. */
export function createPrompts(environment: Environment): Questions {
  const prompt = inquirer.createPromptModule({
    input: environment.stdin,
    output: environment.stderr instanceof Writable ? environment.stderr : discard(),
    signal: environment.signals.signal,
    // The caller has looked already, at the same streams.
    skipTTYChecks: true,
  })
  return {
    hidden: async ({ message }) =>
      (await answered(prompt<{ answer: string }>([{ ...named(message), type: 'password', mask: false }]))).answer,
    text: async ({ message, suggestion }) =>
      (await answered(prompt<{ answer: string }>([{ ...named(message), type: 'input', ...initial(suggestion) }])))
        .answer,
    confirm: async ({ message, suggestion }) =>
      (await answered(prompt<{ answer: boolean }>([{ ...named(message), type: 'confirm', ...initial(suggestion) }])))
        .answer,
    select: async ({ message, choices }) => {
      const start = initial(choices.find(({ chosen }) => chosen)?.value)
      const shown = choices.map(shownChoice)
      return (
        await answered(prompt<{ answer: string }>([{ ...named(message), type: 'select', choices: shown, ...start }]))
      ).answer
    },
    checkbox: async ({ message, choices }) => {
      const shown = choices.map((choice) => ({ ...shownChoice(choice), checked: choice.chosen === true }))
      return (await answered(prompt<{ answer: string[] }>([{ ...named(message), type: 'checkbox', choices: shown }])))
        .answer
    },
  }
}

function named(message: string): { readonly name: 'answer'; readonly message: string } {
  return { name: 'answer', message: visible(message) }
}

function initial<Value>(suggestion: Value | undefined): { readonly default?: Value } {
  return suggestion === undefined ? {} : { default: suggestion }
}

function shownChoice({ value, name, description }: Choice): { value: string; name: string; description?: string } {
  return {
    value,
    name: visible(name ?? value),
    ...(description === undefined ? {} : { description: visible(description) }),
  }
}

function discard(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() })
}

/** Ctrl-C and an abort reach us as errors of inquirer that are known by their names alone. */
async function answered<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Error && (error.name === 'ExitPromptError' || error.name === 'AbortPromptError'))
      throw new SecretsError('INTERRUPTED', 'interrupted')
    throw error
  }
}
