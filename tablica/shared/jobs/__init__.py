"""Work done later, kept in the application's own database.

A job is enqueued in the caller's transaction: what is rolled back leaves no job. A worker holds it
by a lease; when the worker dies, the job is taken again after the lease. See ADR 3.
"""
