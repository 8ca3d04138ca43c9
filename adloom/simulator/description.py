"""What the simulator promises, and what it only assumes; sections are those of the fact sheets."""

from typing import Final

__all__ = ["describe"]

TEXT: Final = """\
Modelled from the fact sheets
  - Paths with their closing slash: without it HTTP 404 as plain text (business_api.md
    §1.1).
  - The envelope with HTTP 200 for every refusal, request ids, X-TT-LOGID, x-tt-trace-id,
    and a Date that shows simulated time (business_api.md §1.2).
  - Lists and objects as JSON text in a query; types, required fields, choices and limits of
    every catalogued parameter, refused with 40002 and the field's name (business_api.md
    §1.1, §1.4).
  - Consent at /portal/auth, codes that work once and for an hour, tokens without expiry,
    their revocation, access that shrinks (business_api.md §2.1).
  - Consent at /v2/auth/authorize/, PKCE with a hex challenge, tokens for two hours, refresh
    tokens that work once (open_platform_and_events.md I.1).
  - /oauth2/advertiser/get/, /user/info/, /advertiser/info/ (business_api.md §2.1, §3.6).
  - /campaign/get/, /adgroup/get/, /ad/get/ with every filter, narrowed columns and pages;
    deleted, TopView and Promote objects only if asked for (business_api.md §1.3, §3.1,
    §3.2).
  - Status updates of campaigns, groups and ads, Upgraded Smart+ ones at endpoints of their
    own; deletion is final, twenty ids a call, partial success of groups (business_api.md
    §3.3).
  - secondary_status from the top down (business_api.md §3.5, business_api.yaml
    status_model).
  - Ids with their second of creation, modify_time null for Upgraded Smart+ ads, times in
    UTC, account times in UNIX seconds (business_api.md §7, §8).
  - One token bucket per app and endpoint, if a rate is set: 40100 (business_api.md §1.5).
  - request_id of campaign and ad group creation: the same within ten seconds is one request
    (business_api.md §1.1).
  - Changes that reads show late, if a lag is set (business_api.md §8).
  - Three accounts that live: new ads about every ten minutes, edits, reviews, groups that
    begin and end, a balance that falls by the minute.
  - Faults of the wire and of the data, by rule (reliability.md §2.3).
  - Fields and words are those of TikTok's own SDK (MIT licence) and of public records, as the
    sheets tell them (business_api.yaml entities, enums); every name, text, id and amount is
    invented.

Generic
  - Every other endpoint of the catalogue checks its parameters and answers with values of
    the right types; listings have two rows; changes are counted and change nothing else.
  - Downloads answer with JSON instead of CSV; uploaded files are not looked at.
  - /smart_plus/*/get/ are generic: the objects of the accounts are not shown there.

Assumed, because nobody knows (business_api.md where no sheet is named)
  - The texts of most 40002 refusals (business_api.md §9, §10).
  - Which check comes first: path, method, token, rate, parameters, accounts (§1.4 names
    codes only).
  - Other versions than v1.3 answer 40006; unknown paths 40008; wrong methods HTTP 405
    (§1.2, §1.4).
  - A page past the end is an empty list with code 0 (§10).
  - Everything is listed the newest first; the sheets say so for campaigns only (§1.3).
  - modified_after means later than, creation windows include both ends, ads without
    modify_time never match modified_after (§3.1, §8).
  - ad_name is no filter of /ad/get/ and is ignored, as is any wrong name (§3.1, §8).
  - Unknown names in fields are ignored (§1.1).
  - secondary_status without primary_status lifts the default STATUS_NOT_DELETE (§3.5).
  - A status update of something that does not exist is 40007; of something deleted, or
    under a deleted parent, 40002, whatever it is switched to (§3.3, §10).
  - An update with one impossible id changes nothing, unless partial success was asked for;
    then 20001 even if nothing was possible (§3.3).
  - Upgraded Smart+ objects at the usual endpoints, and the others at /smart_plus/, are
    40002 (§3.3).
  - An Upgraded Smart+ ad holds up to three creatives; a status update switches all of them
    (§5.2).
  - A group that the platform froze can only be deleted (§3.5).
  - Whole numbers are taken for ids in bodies (§3.3).
  - A status that follows from a parent or a review leaves modify_time alone (§9).
  - Groups follow from the reviews of their ads; a limited account reads
    ADVERTISER_ACCOUNT_PUNISH (§3.5).
  - A refused consent comes back as error=access_denied (§2.1).
  - The permissions of a token are told but never checked (§2.3).
  - Errors of /v2/oauth/token/ come with HTTP 200; codes there work for ten minutes
    (open_platform_and_events.md I.1).
  - Without `strict`, the first secret seen for an app is its secret (§2.1).
"""


def describe() -> str:
    """Tell what is modelled, what is generic and what is assumed."""
    return TEXT
