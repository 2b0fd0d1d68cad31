/** The picture, with a title for whoever cannot see it. */
export declare function drawTerminal(lines: readonly string[], title: string): string
