import type { Edit, PlainValue } from '../../core/tree.ts'
import type { ItemShape, MapShape } from './yaml-shape.ts'
export function appendItem(_map: MapShape, _key: string, _value: PlainValue): readonly Edit[] { return [] }
export function removeItem(_map: MapShape, _item: ItemShape): readonly Edit[] { return [] }
