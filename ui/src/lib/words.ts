// States and events as words and tones.
import type { Camera, RegardEvent } from '@regard/client';
import type { Text } from '../text/en.ts';

export type Tone = 'good' | 'bad' | 'warn' | 'quiet';

export function cameraTone(state: Camera['state']): Tone {
  if (state === 'live') return 'good';
  if (state === 'failed') return 'bad';
  return state === 'ended' ? 'quiet' : 'warn';
}

export function consentTone(state: string): Tone {
  if (state === 'active') return 'good';
  return state === 'issued' ? 'warn' : 'quiet';
}

export function eventTone(event: RegardEvent): Tone {
  if (event.event === 'identified') return 'good';
  if (event.event === 'camera_state') return event.state === 'failed' || event.state === 'stalled' ? 'bad' : 'warn';
  return 'quiet';
}

/** One event as a sentence without its subject's camera and time, which stand beside it. */
export function eventWords(event: RegardEvent, t: Text['events']): string {
  const what = t.kinds[(event.class ?? event.kind ?? '') as keyof Text['events']['kinds']] ?? event.class ?? event.kind ?? '';
  switch (event.event) {
    case 'track_started':
      return t.came(what, event.track ?? 0);
    case 'track_ended':
      return t.left(what, event.track ?? 0, event.duration ?? 0);
    case 'identified':
      return t.is(event.name ?? '');
    case 'camera_state':
      return t.state(event.state ?? '', event.detail ?? '');
    default:
      return event.event;
  }
}
