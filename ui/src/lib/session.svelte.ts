// Who is logged in. One for the whole page.
import { Regard, RegardError, type Me } from '@regard/client';

export type Action =
  | 'keep_own_account' | 'see_cameras' | 'see_live' | 'see_events' | 'see_metrics' | 'change_cameras' | 'see_people'
  | 'add_people' | 'erase_people' | 'grant_consent' | 'withdraw_consent' | 'see_galleries' | 'change_galleries'
  | 'enrol' | 'verify' | 'identify' | 'see_watchlists' | 'propose_watchlists' | 'approve_watchlists'
  | 'close_watchlists' | 'judge_alerts' | 'reveal' | 'read_log' | 'manage_accounts';

class Session {
  me = $state<Me | null>(null);
  /** Whether the server has said who we are, or that nobody is. */
  known = $state(false);
  /** The session ended by itself: the login says so. */
  expired = $state(false);

  may(action: Action): boolean {
    return this.me?.actions.includes(action) ?? false;
  }
  async begin(): Promise<void> {
    try {
      this.me = await api.whoAmI();
    } catch (failure) {
      if (!(failure instanceof RegardError) || failure.status !== 401) throw failure;
    } finally {
      this.known = true;
    }
  }
  enter(me: Me): void {
    this.me = me;
    this.expired = false;
  }
  async leave(): Promise<void> {
    await api.logOut();
    this.me = null;
  }
}

export const session = new Session();
export const api = new Regard({
  onUnauthorized: () => {
    session.expired = session.me !== null;
    session.me = null;
  },
});
