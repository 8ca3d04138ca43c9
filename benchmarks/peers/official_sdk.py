"""TikTok's official SDK, one page after the other. Run: `official_sdk.py URL [write]`.

In an environment of its own: `pip install tiktok-business-api-sdk-official`.
"""

import json
import sys

import business_api_client
from business_api_client.configuration import Configuration

writing = sys.argv[2:] == ["write"]
configuration = Configuration()
configuration.host = sys.argv[1]
api = business_api_client.AdApi(business_api_client.ApiClient(configuration))
count, page, last = 0, 1, 1
while page <= last:
    answer = api.ad_get("7100000000000000001", "token", page=page, page_size=1000)
    data = answer["data"]
    if writing:
        sys.stdout.writelines(json.dumps(ad) + "\n" for ad in data["list"])
    count += len(data["list"])
    last = data["page_info"]["total_page"]
    page += 1
sys.stderr.write(f"{count} ads\n")
