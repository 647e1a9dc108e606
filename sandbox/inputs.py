"""The fields of Saleor's input types that the pocket shop understands; all others are refused by name."""

_EQUAL = "eq oneOf"
_RANGE = "gte lte"
_ORDERS = "ids number channelId createdAt updatedAt userEmail chargeStatus status voucherCode metadata AND OR"
_CUSTOMER = (
    "firstName lastName email isActive isConfirmed languageCode note metadata privateMetadata customerType "
    "attributes"
)
_GIFT_CARD = "addTags expiryDate metadata privateMetadata"
_WEBHOOK = "name identifier targetUrl asyncEvents syncEvents isActive query customHeaders"

UNDERSTOOD: dict[str, frozenset[str]] = {
    name: frozenset(fields.split())
    for name, fields in {
        # Filters and sorting
        "StringFilterInput": _EQUAL,
        "IntFilterInput": f"{_EQUAL} range",
        "GlobalIDFilterInput": _EQUAL,
        "OrderStatusEnumFilterInput": _EQUAL,
        "OrderChargeStatusEnumFilterInput": _EQUAL,
        "IntRangeInput": _RANGE,
        "DateRangeInput": _RANGE,
        "DateTimeRangeInput": _RANGE,
        "MetadataFilter": "key value",
        "MetadataFilterInput": "key value",
        "MetadataValueFilterInput": _EQUAL,
        "AssignedAttributeWhereInput": "slug value",
        "AssignedAttributeValueInput": "slug name",
        "OrderWhereInput": f"{_ORDERS} user",
        "CustomerOrderWhereInput": _ORDERS,
        "OrderFilterInput": "ids numbers created updatedAt status customer search metadata",
        "OrderSortingInput": "field direction",
        "CustomerWhereInput": (
            "ids email firstName lastName isActive dateJoined updatedAt numberOfOrders customerType "
            "attributes metadata AND OR"
        ),
        "CustomerFilterInput": "ids dateJoined updatedAt numberOfOrders search metadata",
        "UserSortingInput": "field direction",
        "VoucherFilterInput": "ids search metadata",
        "ProductVariantFilterInput": "search",
        "CategoryFilterInput": "search",
        "CollectionFilterInput": "search",
        "CheckoutFilterInput": "channels customer metadata",
        "GiftCardFilterInput": "isActive metadata tags assignedTo used currency code createdByEmail",
        "EventDeliveryFilterInput": "status eventType",
        "EventDeliverySortingInput": "field direction",
        # Changes
        "MetadataInput": "key value",
        "AppInstallInput": "appName manifestUrl activateAfterInstallation permissions",
        "AppInput": "name permissions",
        "AppProblemCreateInput": "key message criticalThreshold aggregationPeriod",
        "AppProblemDismissInput": "byApp byStaffWithIds byStaffWithKeys",
        "AppProblemDismissByAppInput": "ids keys",
        "AppProblemDismissByStaffWithIdsInput": "ids",
        "AppProblemDismissByStaffWithKeysInput": "keys app",
        "WebhookCreateInput": f"{_WEBHOOK} app",
        "WebhookUpdateInput": _WEBHOOK,
        "CustomerInput": _CUSTOMER,
        "UserCreateInput": _CUSTOMER,
        "CustomerBulkUpdateInput": "id input",
        # The channel and the address to return to are for a letter, and the pocket shop sends none.
        "AccountRegisterInput": "firstName lastName email password metadata channel redirectUrl",
        "AccountInput": "firstName lastName metadata",
        "GiftCardEventFilterInput": "type orders",
        "DraftOrderCreateInput": "user userEmail voucherCode channelId lines externalReference",
        "OrderLineCreateInput": "quantity variantId price",
        "OrderDiscountCommonInput": "valueType value reason",
        "TransactionCreateInput": "name message pspReference availableActions amountCharged externalUrl",
        "MoneyInput": "currency amount",
        "AttributeCreateInput": "name slug type inputType values valueRequired visibleInStorefront",
        "AttributeValueCreateInput": "name",
        "AttributeValueInput": "id multiselect",
        "AttributeValueSelectableTypeInput": "id value",
        "VoucherInput": (
            "name type discountValueType addCodes startDate endDate products variants collections categories "
            "minCheckoutItemsQuantity applyOncePerOrder applyOncePerCustomer onlyForStaff singleUse "
            "usageLimit"
        ),
        "VoucherChannelListingInput": "addChannels removeChannels",
        "VoucherChannelListingAddInput": "channelId discountValue minAmountSpent",
        "ProductChannelListingUpdateInput": "updateChannels removeChannels",
        "ProductChannelListingAddInput": (
            "channelId isPublished publishedAt visibleInListings isAvailableForPurchase "
            "availableForPurchaseAt"
        ),
        "CheckoutCreateInput": (
            "channel lines email shippingAddress billingAddress metadata privateMetadata"
        ),
        "CheckoutLineInput": "quantity variantId price metadata",
        "CheckoutLineUpdateInput": "lineId variantId quantity price metadata",
        "AddressInput": (
            "firstName lastName companyName streetAddress1 streetAddress2 postalCode city country "
            "countryArea phone"
        ),
        "CollectionCreateInput": "name slug products metadata privateMetadata",
        "PriceInput": "currency amount",
        "GiftCardCreateInput": f"{_GIFT_CARD} balance isActive code note assignedTo",
        "GiftCardAddNoteInput": "message",
        "PaymentGatewayToInitialize": "id data",
        "GiftCardUpdateInput": f"{_GIFT_CARD} removeTags balanceAmount",
    }.items()
}
