import type { TextsOption } from '../command.ts'

/** Of the commands that list what former recipients know. */
export const EXCEPT: TextsOption = {
  type: 'strings',
  value: 'NAME',
  description: 'a former recipient, by name or key, who may know',
  complete: 'recipient',
}
