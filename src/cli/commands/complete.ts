import type { Command } from '../command.ts'
import { completeCommand } from '../completion/complete-command.ts'
import { commands } from './registry.ts'

/** `secrets complete` */
export const command: Command = completeCommand(() => commands)
