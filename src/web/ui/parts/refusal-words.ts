// What the household can do about a message that did not leave.
import type { ErrorCode } from '../../../errors.js';
import type { Say } from '../text.js';

/** Codes of messages; those of the command line and of a start reach no record. */
export type RefusalCode = Exclude<ErrorCode, 'config' | 'rules' | 'log_broken' | 'store_damaged' | 'not_found'>;

export interface About {
  readonly service?: string | null | undefined;
  readonly device?: string | null | undefined;
}

export interface Help {
  readonly text: string;
  /** The page on which it is done. */
  readonly href?: string;
}

/** Each code has its words: one without would not compile. */
export const reasonFor = (t: Say, code: RefusalCode): string => t(`r_${code}`);

const serviceMore = ({ service }: About): Pick<Help, 'href'> => (service ? { href: `/services/${service}?part=more` } : {});

/** The sentence, and where on the page it is done. */
export function helpFor(t: Say, code: RefusalCode, about: About): Help {
  const { service, device } = about;
  switch (code) {
    case 'malformed':
    case 'bad_head':
    case 'head_too_large':
    case 'timeout':
    case 'unreadable_charset':
      return { text: t('h_flaw') };
    case 'too_deep':
      return { text: t('h_limit', 'limits.depth') };
    case 'too_large':
      return { text: t('h_limit', 'limits.body_bytes') };
    case 'too_many_fields':
      return { text: t('h_limit', 'limits.nodes') };
    case 'inflates_too_much':
      return { text: t('h_limit', 'limits.inflate_ratio') };
    case 'too_long':
      return { text: t('h_limit', 'limits.message_ms') };
    case 'unknown_coding':
    case 'unreadable_format':
      return { text: t('h_pass_opaque'), ...serviceMore(about) };
    case 'sealed':
    case 'not_restorable':
      return { text: t('h_pass_sealed'), ...serviceMore(about) };
    case 'opaque':
      return { text: t('h_opaque'), href: '/services' };
    case 'closed':
      return { text: t('h_recover'), href: '/recover' };
    case 'blocked':
      return { text: t('h_unblock'), href: device ? `/devices/${device}` : '/devices' };
    case 'unknown_device':
      return { text: t('h_neighbours'), href: '/devices' };
    case 'gone_round':
      return { text: t('h_gate') };
    case 'unknown_service':
      return { text: t('h_adopt'), href: '/services' };
    case 'own_identifier':
      return { text: t('h_let_single'), href: device ? `/broke?device=${device}` : '/broke' };
    case 'floor':
      return { text: t('h_never') };
    case 'media_withheld':
      return { text: t('h_media'), ...(service ? { href: `/services/${service}` } : {}) };
    case 'not_at_home':
      return { text: t('h_config', 'networks') };
    case 'no_upstream':
      return { text: t('h_config', 'listeners, upstream') };
    case 'private_upstream':
      return { text: t('h_config', 'upstream.resolve') };
    case 'wrong_destination':
      return { text: t('h_strange'), ...(device ? { href: `/devices/${device}` } : {}) };
    case 'destination_differs':
      return { text: t('h_ordinary') };
    case 'loop':
      return { text: t('h_names') };
    case 'upgrade_refused':
      return { text: t('h_upgrade') };
    case 'upstream_unreachable':
    case 'upstream_timeout':
      return { text: t('h_internet') };
    case 'upstream_untrusted':
      return { text: t('h_clock') };
    case 'busy':
      return { text: t('h_again') };
    case 'record_failed':
      return { text: t('h_disk') };
    case 'internal':
      return { text: t('h_journal') };
    default:
      return code satisfies never;
  }
}
