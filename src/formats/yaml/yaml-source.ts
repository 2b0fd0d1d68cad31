/** Where the children of one container stand: shared by all of them. */
export interface Place {
  readonly source: YamlSource
  /** Whether a flow collection is around them, so that indentation and blocks mean nothing. */
  readonly flow: boolean
  /** Columns of the keys or dashes of the innermost block container; -1 for the root of a document. */
  readonly indent: number
  /** Whether the container is a list. */
  readonly list: boolean
}

/** An anchor and a tag in front of a node. */
export interface Properties {
  readonly start: number
  readonly end: number
  readonly anchor: string | undefined
  /** Resolved: `tag:yaml.org,2002:int` for `!!int`; '' where there is none. */
  readonly tag: string
  /** Where the tag's text begins and the anchor's; -1 where there is none. */
  readonly tagStart: number
  readonly anchorStart: number
}

/** The text that was parsed and the habits of its author. */
export class YamlSource {
  readonly text: string
  readonly writesKeep: boolean = false
  readonly writesBlocks: boolean = true
  #eol: string | undefined
  #step: number | undefined
  #indentsLists: boolean | undefined

  constructor(text: string) {
    this.text = text
  }

  /** The line break that this text uses first; a line feed where it has none. */
  get eol(): string {
    this.#eol ??= /\r\n|\n|\r/.exec(this.text)?.[0] ?? '\n'
    return this.#eol
  }

  /** Columns that a nested block is indented by: those of the first one in this text; 4, as sops, where there is none. */
  get step(): number {
    this.#step ??= this.#firstIndentation()
    return this.#step
  }

  /** Whether this text indents a list below its key. */
  get indentsLists(): boolean {
    const match =
      /^( *)[^\s#-][^\n\r]*:[ \t]*(?:#[^\n\r]*)?(?:\r\n|\n|\r)(?:[ \t]*(?:#[^\n\r]*)?(?:\r\n|\n|\r))*( *)- /m.exec(
        this.text,
      )
    this.#indentsLists ??= match === null || (match[2] ?? '').length > (match[1] ?? '').length
    return this.#indentsLists
  }

  #firstIndentation(): number {
    const match = /^( *)[^\s#-][^\n\r:]*:[ \t]*(?:[&!][^\s#]*[ \t]*){0,2}(?:\r\n|\n|\r)( +)[^\s#]/m.exec(this.text)
    const step = (match?.[2] ?? '').length - (match?.[1] ?? '').length
    return step > 0 && step < 10 ? step : 4
  }
}
