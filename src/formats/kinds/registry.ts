// Written by `npm run generate` from the files of this folder. Changes are made there.
import type { Format } from '../../core/format.ts'

/** What is known of a format before it is loaded. */
export interface FormatEntry extends Pick<Format, 'name' | 'summary' | 'extensions'> {
  readonly load: () => Promise<Format>
}

/** Every format, by name. */
export const formats: readonly FormatEntry[] = [
]
