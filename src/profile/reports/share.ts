// A part of a whole as people read it. Pure.
import { roundHalfEven } from '../../units.js';

/** `12.3%`; `<0.1%` for what is there and rounds to nothing; '' of a whole that is nothing. */
export function shareText(part: number, whole: number): string {
  if (whole === 0) return '';
  const text = roundHalfEven((100 * part) / whole, 1);
  return part > 0 && text === '0.0' ? '<0.1%' : `${text}%`;
}
