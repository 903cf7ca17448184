// Where one can go, and what one must be allowed for it.
import type { Component } from 'svelte';
import type { IconName } from '../parts/Icon.svelte';
import Events from '../pages/Events.svelte';
import Live from '../pages/Live.svelte';
import Log from '../pages/Log.svelte';
import People from '../pages/People.svelte';
import SettingsPage from '../pages/Settings.svelte';
import Soon from '../pages/Soon.svelte';
import Watchlists from '../pages/Watchlists.svelte';
import type { Action } from './session.svelte.ts';

export type PlaceId =
  | 'live' | 'events' | 'people' | 'watchlists' | 'doors' | 'logins' | 'alerts' | 'analytics' | 'log' | 'settings';
export type Group = 'watch' | 'who' | 'use' | 'trust';

export interface Place {
  id: PlaceId;
  icon: IconName;
  group: Group;
  page: Component;
  /** Missing: whoever is logged in. */
  action?: Action;
  soon?: boolean;
}

export const places: Place[] = [
  { id: 'live', icon: 'live', group: 'watch', page: Live, action: 'see_cameras' },
  { id: 'events', icon: 'events', group: 'watch', page: Events, action: 'see_events' },
  { id: 'alerts', icon: 'alerts', group: 'watch', page: Soon, soon: true, action: 'see_events' },
  { id: 'analytics', icon: 'analytics', group: 'watch', page: Soon, soon: true, action: 'see_events' },
  { id: 'people', icon: 'people', group: 'who', page: People, action: 'see_people' },
  { id: 'watchlists', icon: 'watchlists', group: 'who', page: Watchlists, action: 'see_watchlists' },
  { id: 'doors', icon: 'doors', group: 'use', page: Soon, soon: true, action: 'see_cameras' },
  { id: 'logins', icon: 'logins', group: 'use', page: Soon, soon: true, action: 'see_people' },
  { id: 'log', icon: 'log', group: 'trust', page: Log, action: 'read_log' },
  { id: 'settings', icon: 'settings', group: 'trust', page: SettingsPage },
];
