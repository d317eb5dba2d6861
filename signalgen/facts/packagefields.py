"""The fields that well-known packages' model classes add to derived models.

Made by scripts/package_bases.py, which runs Django with several releases of each package.
``PACKAGE_FIELDS`` is all. Data only.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGE_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "django_extensions.db.models.ActivatorModel": (
            "activate_date:DateTimeField:nb: deactivate_date:DateTimeField:nb: "
            "status:IntegerField:d: "
        ),
        "django_extensions.db.models.TimeStampedModel": (
            "created:CreationDateTimeField:ba: modified:ModificationDateTimeField:ba: "
        ),
        "django_extensions.db.models.TitleDescriptionModel": (
            "description:TextField:nb: title:CharField:: "
        ),
        "django_extensions.db.models.TitleSlugDescriptionModel": (
            "description:TextField:nb: slug:AutoSlugField:b: title:CharField:: "
        ),
        "django_lifecycle.LifecycleModel": "",
        "django_lifecycle.LifecycleModelMixin": "",
        "guardian.mixins.GuardianUserMixin": "",
        "model_utils.models.SoftDeletableModel": ("is_removed:BooleanField:d: "),
        "model_utils.models.TimeFramedModel": ("end:DateTimeField:nb: start:DateTimeField:nb: "),
        "model_utils.models.TimeStampedModel": (
            "created:AutoCreatedField:d: modified:AutoLastModifiedField:d: "
        ),
        "model_utils.models.UUIDModel": "",
        "modelcluster.models.ClusterableModel": "",
        "mptt.models.MPTTModel": (
            "level:PositiveIntegerField:: lft:PositiveIntegerField:: rght:PositiveIntegerField:: "
            "tree_id:PositiveIntegerField:: "
        ),
        "ordered_model.models.OrderedModel": ("order:PositiveIntegerField:: "),
        "ordered_model.models.OrderedModelBase": "",
        "polymorphic.models.PolymorphicModel": (
            "polymorphic_ctype:ForeignKey:n:contenttypes.ContentType "
        ),
        "safedelete.models.SafeDeleteMixin": (
            "deleted:DateTimeField:n: deleted_by_cascade:BooleanField:d: "
        ),
        "safedelete.models.SafeDeleteModel": (
            "deleted:DateTimeField:n: deleted_by_cascade:BooleanField:d: "
        ),
        "solo.models.SingletonModel": "",
        "taggit.models.CommonGenericTaggedItemBase": (
            "content_type:ForeignKey::contenttypes.ContentType "
        ),
        "taggit.models.GenericTaggedItemBase": (
            "content_type:ForeignKey::contenttypes.ContentType object_id:IntegerField:: "
        ),
        "taggit.models.ItemBase": "",
        "taggit.models.TagBase": ("name:CharField:: slug:SlugField:: "),
        "taggit.models.TaggedItemBase": ("tag:ForeignKey::taggit.Tag "),
        "treebeard.al_tree.AL_Node": "",
        "treebeard.mp_tree.MP_Node": (
            "depth:PositiveIntegerField:: numchild:PositiveIntegerField:d: path:CharField:: "
        ),
        "treebeard.ns_tree.NS_Node": (
            "depth:PositiveIntegerField:: lft:PositiveIntegerField:: rgt:PositiveIntegerField:: "
            "tree_id:PositiveIntegerField:: "
        ),
        "wagtail.contrib.forms.models.AbstractEmailForm": (
            "alias_of:ForeignKey:nb:wagtailcore.Page "
            "content_type:ForeignKey::contenttypes.ContentType depth:PositiveIntegerField:: "
            "draft_title:CharField:: expire_at:DateTimeField:nb: expired:BooleanField:d: "
            "first_published_at:DateTimeField:nb: from_address:EmailField:b: "
            "go_live_at:DateTimeField:nb: has_unpublished_changes:BooleanField:d: "
            "last_published_at:DateTimeField:n: "
            "latest_revision:ForeignKey:nb:wagtailcore.Revision "
            "latest_revision_created_at:DateTimeField:n: live:BooleanField:d: "
            "live_revision:ForeignKey:nb:wagtailcore.Revision "
            "locale:ForeignKey::wagtailcore.Locale locked:BooleanField:d: "
            "locked_at:DateTimeField:n: locked_by:ForeignKey:nb:auth.User "
            "numchild:PositiveIntegerField:d: owner:ForeignKey:nb:auth.User path:CharField:: "
            "search_description:TextField:b: seo_title:CharField:b: show_in_menus:BooleanField:d: "
            "slug:SlugField:: subject:CharField:b: title:CharField:: to_address:CharField:b: "
            "translation_key:UUIDField:d: url_path:TextField:b: "
        ),
        "wagtail.contrib.forms.models.AbstractForm": (
            "alias_of:ForeignKey:nb:wagtailcore.Page "
            "content_type:ForeignKey::contenttypes.ContentType depth:PositiveIntegerField:: "
            "draft_title:CharField:: expire_at:DateTimeField:nb: expired:BooleanField:d: "
            "first_published_at:DateTimeField:nb: go_live_at:DateTimeField:nb: "
            "has_unpublished_changes:BooleanField:d: last_published_at:DateTimeField:n: "
            "latest_revision:ForeignKey:nb:wagtailcore.Revision "
            "latest_revision_created_at:DateTimeField:n: live:BooleanField:d: "
            "live_revision:ForeignKey:nb:wagtailcore.Revision "
            "locale:ForeignKey::wagtailcore.Locale locked:BooleanField:d: "
            "locked_at:DateTimeField:n: locked_by:ForeignKey:nb:auth.User "
            "numchild:PositiveIntegerField:d: owner:ForeignKey:nb:auth.User path:CharField:: "
            "search_description:TextField:b: seo_title:CharField:b: show_in_menus:BooleanField:d: "
            "slug:SlugField:: title:CharField:: translation_key:UUIDField:d: "
            "url_path:TextField:b: "
        ),
        "wagtail.contrib.forms.models.AbstractFormField": (
            "choices:TextField:b: clean_name:CharField:bd: default_value:TextField:b: "
            "field_type:CharField:: help_text:CharField:b: label:CharField:: "
            "required:BooleanField:d: sort_order:IntegerField:nb: "
        ),
        "wagtail.contrib.forms.models.AbstractFormSubmission": (
            "form_data:JSONField:: page:ForeignKey::wagtailcore.Page submit_time:DateTimeField:ba: "
        ),
        "wagtail.contrib.forms.models.FormMixin": "",
        "wagtail.contrib.routable_page.models.RoutablePageMixin": "",
        "wagtail.contrib.settings.models.BaseGenericSetting": "",
        "wagtail.contrib.settings.models.BaseSiteSetting": (
            "site:OneToOneField::wagtailcore.Site "
        ),
        "wagtail.documents.models.AbstractDocument": (
            "collection:ForeignKey:d:wagtailcore.Collection created_at:DateTimeField:ba: "
            "file:FileField:: file_hash:CharField:b: file_size:PositiveBigIntegerField:n: "
            "tags:TaggableManager:nb:taggit.Tag title:CharField:: "
            "uploaded_by_user:ForeignKey:nb:auth.User "
        ),
        "wagtail.images.models.AbstractImage": (
            "collection:ForeignKey:d:wagtailcore.Collection created_at:DateTimeField:ba: "
            "description:CharField:bd: file:WagtailImageField:: file_hash:CharField:b: "
            "file_size:PositiveIntegerField:n: focal_point_height:PositiveIntegerField:nb: "
            "focal_point_width:PositiveIntegerField:nb: focal_point_x:PositiveIntegerField:nb: "
            "focal_point_y:PositiveIntegerField:nb: height:IntegerField:: "
            "tags:TaggableManager:nb:taggit.Tag title:CharField:: "
            "uploaded_by_user:ForeignKey:nb:auth.User width:IntegerField:: "
        ),
        "wagtail.images.models.AbstractRendition": (
            "file:WagtailImageField:: filter_spec:CharField:: focal_point_key:CharField:bd: "
            "height:IntegerField:: width:IntegerField:: "
        ),
        "wagtail.models.BootstrapTranslatableMixin": (
            "locale:ForeignKey:n:wagtailcore.Locale translation_key:UUIDField:n: "
        ),
        "wagtail.models.CollectionMember": ("collection:ForeignKey:d:wagtailcore.Collection "),
        "wagtail.models.DraftStateMixin": (
            "expire_at:DateTimeField:nb: expired:BooleanField:d: "
            "first_published_at:DateTimeField:nb: go_live_at:DateTimeField:nb: "
            "has_unpublished_changes:BooleanField:d: last_published_at:DateTimeField:n: "
            "live:BooleanField:d: live_revision:ForeignKey:nb:wagtailcore.Revision "
        ),
        "wagtail.models.LockableMixin": (
            "locked:BooleanField:d: locked_at:DateTimeField:n: locked_by:ForeignKey:nb:auth.User "
        ),
        "wagtail.models.Orderable": ("sort_order:IntegerField:nb: "),
        "wagtail.models.Page": (
            "alias_of:ForeignKey:nb:wagtailcore.Page "
            "content_type:ForeignKey::contenttypes.ContentType depth:PositiveIntegerField:: "
            "draft_title:CharField:: expire_at:DateTimeField:nb: expired:BooleanField:d: "
            "first_published_at:DateTimeField:nb: go_live_at:DateTimeField:nb: "
            "has_unpublished_changes:BooleanField:d: last_published_at:DateTimeField:n: "
            "latest_revision:ForeignKey:nb:wagtailcore.Revision "
            "latest_revision_created_at:DateTimeField:n: live:BooleanField:d: "
            "live_revision:ForeignKey:nb:wagtailcore.Revision "
            "locale:ForeignKey::wagtailcore.Locale locked:BooleanField:d: "
            "locked_at:DateTimeField:n: locked_by:ForeignKey:nb:auth.User "
            "numchild:PositiveIntegerField:d: owner:ForeignKey:nb:auth.User path:CharField:: "
            "search_description:TextField:b: seo_title:CharField:b: show_in_menus:BooleanField:d: "
            "slug:SlugField:: title:CharField:: translation_key:UUIDField:d: "
            "url_path:TextField:b: "
        ),
        "wagtail.models.PreviewableMixin": "",
        "wagtail.models.RevisionMixin": ("latest_revision:ForeignKey:nb:wagtailcore.Revision "),
        "wagtail.models.TranslatableMixin": (
            "locale:ForeignKey::wagtailcore.Locale translation_key:UUIDField:d: "
        ),
        "wagtail.models.WorkflowMixin": "",
        "wagtail.search.index.Indexed": "",
    }
)
"""By dotted class, its fields: ``name:class:flags:target``.

The flags are n for null, b for blank, d for a default, a for one that fills itself.
"""
