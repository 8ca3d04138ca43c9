"""Reports: what the ads of the accounts delivered, and what that cost (business_api.md §5).

Every ad shows a stream of impressions; each impression costs a cent or nothing, is clicked or not,
and is seen by somebody of some age in some country. All figures count impressions of that stream,
so that hours add up to days, days to lifetimes, ads to accounts and audiences to totals, exactly.
"""
