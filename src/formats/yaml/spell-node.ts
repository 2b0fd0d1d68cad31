export function spellAt(_n: any, _s: any): string { return '' }
export function spellTokenAt(_n: any, _s: any): string { return '' }
