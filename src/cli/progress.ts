/** Shows how far something is. */
export interface Progress {
  /** `count` more are done (default 1). */
  readonly advance: (count?: number) => void
  /** Takes the line away so that something else can be printed; it comes back with the next change. */
  readonly hide: () => void
  /** The same until the returned function is called: while somebody is asked, who types on that line. */
  readonly pause: () => () => void
  /** Erases the line for good. */
  readonly end: () => void
}

/** Nobody wants to read about what is over in a second. */
const FIRST_SHOWN_MS = 1000

/** Ten times a second is as much as a person sees. */
const REDRAW_MS = 100

/** To the first column, erase to the end of the line (ECMA-48). */
const ERASE = '\r\u001b[K'

/**
 * A line `LABEL… 3/100` that appears after a second and is redrawn in place through `print`.
 * `label` has to be one visible line.
 */
export function startProgress(label: string, total: number, print: (text: string) => void): Progress {
  let done = 0
  let shown = false
  let drawn = -1
  let pauses = 0
  const draw = (): void => {
    if (pauses > 0 || (done === drawn && shown)) return
    print(`${ERASE}${label}… ${done}/${total}`)
    shown = true
    drawn = done
  }
  let timer: NodeJS.Timeout | undefined = setTimeout(() => {
    draw()
    timer = setInterval(draw, REDRAW_MS).unref()
  }, FIRST_SHOWN_MS).unref()
  const hide = (): void => {
    if (shown) print(ERASE)
    shown = false
    drawn = -1
  }
  return {
    advance: (count = 1) => {
      done += count
    },
    hide,
    pause: () => {
      hide()
      pauses += 1
      return () => {
        pauses -= 1
      }
    },
    end: () => {
      clearTimeout(timer)
      timer = undefined
      hide()
    },
  }
}
