"""Magento 2 shops over REST."""
