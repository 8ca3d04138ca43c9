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
  - API v2 with its envelope and HTTP statuses, scopes by field, 600 requests a minute: the
    user, and videos in pages that may be short; covers that expire after six hours
    (open_platform_and_events.md I.2, I.3).
  - /oembed for videos, profiles and short links (open_platform_and_events.md I.4).
  - /share/sound/upload/, which can be switched off (open_platform_and_events.md I.5).
  - Posts of videos and photos, uploads in chunks, statuses, caps and limits
    (open_platform_and_events.md I.6).
  - A creator for each app, with about six new videos a day, two of them now and then within
    one second.
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
  - Webhooks of subscriptions and of creators: signed, at least once, again after growing waits
    for 72 hours, without a word no more once the token is gone (business_api.md §6,
    open_platform_and_events.md I.6).
  - Faults of the wire, of the data, of consent, and of objects that come, go and change between
    two requests, by rule (reliability.md §2.3).
  - Fields and words are those of TikTok's own SDK (MIT licence) and of public records, as the
    sheets tell them (business_api.yaml entities, enums); every name, text, id and amount is
    invented.
  - Campaigns, ad groups and ads are created, updated and given budgets: they are read at
    once or after the lag, ads are reviewed and may be denied; 50 ads a group (40502), 20 in
    shops and Reach & Frequency; /ad/update/ and /adgroup/update/ lose what is not sent,
    unless patch_update is true; budgets of groups are locked from 23:55 to midnight of the
    account, scheduled ones begin then (business_api.md §3.4, §8, business_api.yaml gotchas).
  - Uploads of videos and images with their MD5, by address or by id, with the codes 40900 to
    40914; the media of the accounts' ads are known too (business_api.md §3.7).
    Uploads can be deleted.
  - /smart_plus/*/get/: one row for an Upgraded Smart+ ad; one change of it in five real
    seconds (business_api.md §3.3, §8).
  - Pixels, their statistics, and /event/track/: 1 to 1000 events or none at all, the same
    source, event and event_id merged for 5 minutes, dropped for 48 hours
    (open_platform_and_events.md II.1, II.6, II.7).
  - Custom audiences of uploaded lists; identities, regions and interests to choose from
    (business_api.md §3.7).
  - /report/integrated/get/ for all six types with every rule the sheets tell: levels, ids,
    dimensions, 826 metrics, ranges of 30, 1 and 365 days in the time zone of the account,
    lifetimes, filters, order, totals, 20,000 ids; values as text, - where there is none, <5
    for rare searches (business_api.md §5.1, §5.2, §5.3).
  - Figures that add up exactly, over hours, days, ads, groups, campaigns and audiences; today
    grows by the minute for as long as an ad delivers.
  - /report/task/*/: QUEUING, PROCESSING, SUCCESS or FAILED, CSV as text or behind a link for
    an hour, kept for 30 days for the same token (business_api.md §5.4).
  - Balances at /advertiser/balance/get/ and /bc/advertiser/balance/get/ (business_api.md
    §3.7).

Generic
  - Every other endpoint of the catalogue checks its parameters and answers with values of
    the right types; listings have two rows; changes are counted and change nothing else.
  - Other downloads answer with JSON instead of CSV; files in pieces, music and temporary
    files are not looked at.
  - /smart_plus/*/create/ and /smart_plus/*/update/ change nothing; /tool/language/ and
    /tool/timezone/ have no known shape and are empty.

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
  - Fields that are missing or unknown are invalid_params, a cursor of 0 is none, cursors hold
    milliseconds, and unknown paths of API v2 are HTTP 404 (open_platform_and_events.md I.2).
  - A request leaves its minute after a real or a simulated one, and refused requests do not
    count (open_platform_and_events.md I.2).
  - Pages are cut before private and deleted videos leave them; a query shows public videos
    only (open_platform_and_events.md I.3).
  - The name in front of a video's id is not compared; photo posts cannot be embedded
    (open_platform_and_events.md I.4).
  - Codes of refused sounds, all with HTTP 200; how long a sound plays is not looked at; a
    megabyte has 2^20 bytes (open_platform_and_events.md I.5).
  - Refused posts are invalid_param, caps HTTP 403; creator_info need not be asked first; every
    accepted direct post counts for a day (open_platform_and_events.md I.6).
  - Uploads go to /upload/ on the same port: 206 for a chunk, 201 for the last, 416 out of order
    with Content-Range telling what is there, 403 and 404 for wrong addresses; chunks have the
    announced size (open_platform_and_events.md I.6).
  - A file is worked on for 5 and fetched for 10 simulated seconds; addresses without https,
    with a bare IP address or a host that begins with `unverified` fail, PNG pictures too
    (open_platform_and_events.md I.6).
  - Which levels an account offers, the reasons of failures, and the fields of a status besides
    status and fail_reason; photos do not appear among videos (open_platform_and_events.md I.6).
  - Webhooks go to loopback addresses only, by http or https, since the simulator never calls
    out; other addresses are refused with 40002 (§6).
  - A subscription without advertiser_id is about every account of its token; the same one may
    be made twice; an unknown one is 40002 (§6).
  - Every denied ad is told, its group too, in a body of its own; log_id is text, a group's
    entry is an ad's without the ad, a changed report's has an account and two dates (§6).
  - A webhook is taken by any status from 200 to 299 within five real seconds; waits double from
    15 seconds to six hours, by a clock of their own (§6).
  - authorization.removed tells reason 5; a post ends in video.publish.completed or
    video.upload.failed, which tell its publish_id (open_platform_and_events.md §I.6).
  - Where a fault lets items fail, error_list is that of ad groups (§3.3).
  - Without `strict`, the first secret seen for an app is its secret (§2.1).
  - Two live campaigns of an account, or two groups of a campaign, with one name are 40002
    without a request_id (§1.1); no smallest budget is known, so every budget above 0 goes.
  - Without budget_mode a campaign is BUDGET_MODE_INFINITE; a budget for that mode, and
    another mode without a budget, is 40002; no update changes the mode (§3.4).
  - A budget while budgets are locked is 40002 (§3.4).
  - /adgroup/update/ keeps name, budget, pacing and schedule if they are not sent (§3.4).
  - An update without a field is 40012; one that changes nothing leaves modify_time (§1.4).
  - patch_update ignores what it does not cover; everything but a new name sends an ad to
    review again; an unknown video is 40053 (§3.4, §1.4).
  - What each ad_format needs; a landing page for traffic and conversions (§3.4).
  - Deleted ads do not count towards the limit of a group (§3.4).
  - A second change of an Upgraded Smart+ ad within five seconds is 40016 (§8).
  - Files: the checksum may be missing, images have 10 MB, names are taken once for videos and
    once for images, nothing is fetched: *.invalid is unreachable (40903), what is no http
    address is 40914, every file_id is known (§3.7).
  - The status of an Upgraded Smart+ ad is that of its most alive creative (§5.2).
  - Events: arrivals tell how long ago an event was seen, event_time is never too old; page
    is required for web, app for app, a lead or a person for crm; only pixels are checked, by
    the accounts of the token; statistics count by days of UTC
    (open_platform_and_events.md §II.1, §II.6).
  - Partial success of events is off; if on, it looks like that of the older batches
    (open_platform_and_events.md §II.7).
  - An audience can be used ten minutes after its creation; the rows of the list are those of
    /dmp/custom_audience/get/ (§3.7).
  - Rows of reports come the newest object first, then day by day, value by value, if no order
    is asked for; a metric that rows are in the order of need not be shown (§5.1).
  - A report needs the id of its level, parents may stand beside it; two breakdowns are
    refused, but for gender and age; audience reports need one (§5.2).
  - Attributes at a wrong level, and metrics beyond core and attributes in audience reports,
    are Invalid metric fields; reach is - there (§5.3).
  - A report's filters by ids or facts below its level, and by a status of another one, are
    40002; unknown ones are ignored; filters on figures are unknown (§5.1, §8).
  - Reports cover every kind of campaign, Promote and reservations too (§5.1).
  - A breakdown has a row for every value wherever anything was delivered, with zeros too;
    each impression has one value, of interests as well; values not known here were never
    delivered (§5.2).
  - The values of breakdowns that are ids, terms or tags, and the words of attributes (§5.2,
    §5.3).
  - Reach adds up like everything else, nothing is restated later, all figures are there at
    once; budgets limit nothing; money has two decimals in every currency, and none with
    advertiser_ids (§5.1, §5.5).
  - Metrics that are not modelled are 0 or 0.00; second goals and SKAN are - (§5.3).
  - Before the start, an ad that was off, or under something that was, had delivered until
    that was last modified; a limited account until 45 days before (§5.1).
  - The balance falls evenly by what delivering ads spend on average (§3.6).
  - PLAYABLE_MATERIAL is empty, CATALOG is about catalogue campaigns and TT_SHOP about shop
    campaigns; a Business Center has all accounts of the token (§5.2).
  - X-Tt-Ads-Throttle is true; small reports have none (§1.2).
  - An asynchronous report is of the moment it was asked for; XLSX_DOWNLOAD is refused;
    another token is 40001, a task that is not ready 40201, one that failed or was canceled
    40200, and so is canceling one that is ready; titles of columns (§5.4).
"""


def describe() -> str:
    """Tell what is modelled, what is generic and what is assumed."""
    return TEXT
