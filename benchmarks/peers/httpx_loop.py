"""The plain way: httpx and `json`, one page after the other. Run: `httpx_loop.py URL [write]`."""

import json
import sys

import httpx

root, writing = sys.argv[1], sys.argv[2:] == ["write"]
count, page, last = 0, 1, 1
with httpx.Client(headers={"Access-Token": "token"}) as client:
    while page <= last:
        query = {"advertiser_id": "7100000000000000001", "page": page, "page_size": 1000}
        answer = client.get(f"{root}/open_api/v1.3/ad/get/", params=query)
        data = json.loads(answer.content)["data"]
        if writing:
            sys.stdout.writelines(json.dumps(ad) + "\n" for ad in data["list"])
        count += len(data["list"])
        last = data["page_info"]["total_page"]
        page += 1
sys.stderr.write(f"{count} ads\n")
