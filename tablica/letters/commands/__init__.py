"""Everything that changes what is mailed, and what mails bring."""
