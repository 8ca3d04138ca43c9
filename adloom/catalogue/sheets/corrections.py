"""Where the sheets state a fact in words, or contradict themselves.

Keys are operations, values are parameter shapes that refine what the endpoint sheet says. Every
entry names its source.
"""

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["EVENT_PATHS", "LIST_KEYS", "NOT_LISTINGS", "REFINED", "RESPONSES"]

_NO_CHOICES: Final[Mapping[str, Any]] = {"choices": ()}
_CAMPAIGN_NAME: Final = {"max_length": 512}  # business_api.md §3.4
#: Since 2026-01-27 (business_api.md §3.4); the endpoint sheet has the older OFF.
_DARK_POST: Final = {"choices": ["ON", "OFF"], "default": "ON"}
_WAYS_TO_UPLOAD: Final = ["UPLOAD_BY_FILE", "UPLOAD_BY_URL", "UPLOAD_BY_FILE_ID"]
_UPLOAD: Final = {
    "advertiser_id": {"required": True},
    "file_name": {"max_length": 100},
}

#: Facts about parameters that stand in sentences.
REFINED: Final[Mapping[str, Mapping[str, Any]]] = {
    # business_api.yaml core_endpoints
    "POST /ad/create/": {
        "creatives": {
            "fields": {
                "ad_name": {"max_length": 512},
                "ad_text": {"max_length": 100},
                "dark_post_status": _DARK_POST,
            }
        }
    },
    "POST /smart_plus/ad/create/": {
        "ad_configuration": {"fields": {"dark_post_status": _DARK_POST}}
    },
    "GET /advertiser/info/": {"advertiser_ids": {"max_items": 100}},
    "POST /campaign/create/": {
        "budget_mode": {"choices": "BudgetMode"},
        "campaign_name": _CAMPAIGN_NAME,
        "operation_status": {"choices": ["ENABLE", "DISABLE"]},
    },
    "POST /campaign/update/": {
        "campaign_name": _CAMPAIGN_NAME,
        "special_industries": {"choices": ["HOUSING", "EMPLOYMENT", "CREDIT"]},
    },
    # business_api.yaml reports.report_filter_type: three lists of different age, joined
    "GET /report/integrated/get/": {
        "filtering": {
            "fields": {
                "filter_type": {
                    "choices": [
                        *("IN", "MATCH", "BETWEEN", "RANGE", "CONTAIN_ANY_OF", "NOT_IN"),
                        *("GREATER_EQUAL", "GREATER_THAN", "LOWER_EQUAL", "LOWER_THAN"),
                    ],
                }
            }
        },
    },
    # business_api.yaml reports.async
    "POST /report/task/create/": {"file_name": {"max_length": 255}},
    # business_api.yaml secondary_endpoints
    "POST /event/track/": {"data": {"max_items": 1000}},
    "POST /file/image/ad/upload/": {
        **_UPLOAD,
        "upload_type": {"choices": _WAYS_TO_UPLOAD},
    },
    "POST /file/video/ad/upload/": {
        **_UPLOAD,
        "upload_type": {
            "choices": [*_WAYS_TO_UPLOAD, "UPLOAD_BY_VIDEO_ID"],
        },
    },
    # The default is not among the choices, so the choices belong to something else.
    "GET /business/comment/list/": {"sort_type": _NO_CHOICES},
    "GET /business/comment/reply/list/": {"sort_type": _NO_CHOICES},
    "GET /diagnostic/catalog/eventsource/issue/": {"event_type": _NO_CHOICES},
    "GET /diagnostic/catalog/eventsource/metric/": {"event_type": _NO_CHOICES},
    # business_api.md §3.7
    "POST /dmp/custom_audience/create/": {"file_paths": {"min_items": 1, "max_items": 500}},
}

#: Answers that the endpoint sheet holds one level too deep, and the field they are in.
RESPONSES: Final[Mapping[str, str]] = {
    "GET /page/library/get/": "dat",
    "POST /subscription/unsubscribe/": "subscription_id",
}

#: Listings whose key cannot be told from the shape of their answer.
LIST_KEYS: Final[Mapping[str, str]] = {
    # Two lists of objects; the messages are the rows.
    "GET /business/message/content/list/": "messages",
    # No answer in the sheets; their twins of the same name list these.
    "GET /advertiser/balance/get/": "advertiser_account_list",
    "GET /bc/asset_group/list/": "asset_groups",
}

#: Operations that take pages and yet list nothing that could be called rows.
NOT_LISTINGS: Final = frozenset(
    {
        "GET /bc/asset_group/get/",  # one group; no answer in the sheets
        "GET /catalog/insight/filter/get/",  # three lists side by side
    }
)

#: What "/event/track/ and the older pixel|app|offline track+batch" stands for.
EVENT_PATHS: Final = (
    "/event/track/",
    "/app/batch/",
    "/app/track/",
    "/offline/batch/",
    "/offline/track/",
    "/pixel/batch/",
    "/pixel/track/",
)
